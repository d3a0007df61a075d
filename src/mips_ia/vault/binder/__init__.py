"""A binder: one ZIP that proves by itself what was kept, and when, to somebody who has nothing of ours."""
