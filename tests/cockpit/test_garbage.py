import gc
import subprocess
import sys

from cockpit import garbage

_SETTLED = """
import gc
from cockpit import garbage

garbage.hold()
assert gc.isenabled()
kept = [[] for _ in range(100_000)]
garbage.settle()
assert gc.get_freeze_count() > 100_000
class Circle: ...
for _ in range(3 * garbage.YOUNG):
    circle = Circle()
    circle.me = circle
circles = sum(type(one) is Circle for one in gc.get_objects())
assert circles <= garbage.YOUNG, circles
"""


def test_what_was_there_is_never_looked_at_again_and_later_circles_go():
    # In a process of its own: it is for good.
    subprocess.run([sys.executable, "-c", _SETTLED], check=True)


def test_nothing_changes_by_the_import():
    assert gc.get_threshold()[0] != garbage.YOUNG
