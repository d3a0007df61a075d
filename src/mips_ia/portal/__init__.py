"""The portal: where a practice keeps who did what when, signs it, and sees its score explained."""
