"""The process of which the tests' others are forked outlives whatever happens to those."""

import os
import signal

import warm

AT_ONCE, TIMES = 12, 60  # several times what it needed to fall
ENDING = "import os, time; time.sleep(0.004 * (os.getpid() % 3)); os._exit(0)"
STAYING = "import time; time.sleep(60)"


def test_many_that_end_at_once_are_all_seen_to_have_ended() -> None:
    environment = dict(os.environ)
    for _ in range(TIMES):
        them = [warm.Forked(["-c", each], environment) for each in (ENDING, STAYING) * (AT_ONCE // 2)]
        for each in them[1::2]:
            os.kill(each.pid, signal.SIGKILL)
        for each in them:
            each.wait(20)
