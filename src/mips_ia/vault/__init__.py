"""Evidence kept so that anyone can check it later: encrypted files, an append-only log, time stamps."""
