import subprocess
import sys

PARTS = """
import sys
from state.cluster import official_client
made = official_client.configuration()(host="https://10.0.0.1:6443")
assert made.host == "https://10.0.0.1:6443"
assert official_client.keepalive_options()(idle=6, interval=2, count=2)
assert official_client.rest_client()(made).pool_manager
assert official_client.configuration() is official_client.configuration()
"""
LEAN = "assert not {'kubernetes', 'kubernetes.client.models', 'kubernetes.watch', 'pydantic'} & set(sys.modules)\n"
WHOLE = """
import kubernetes.client
assert kubernetes.client.CoreV1Api(kubernetes.client.ApiClient(made))
assert kubernetes.client.Configuration is official_client.configuration()
"""


def run(code: str) -> None:
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_its_parts_come_without_models_and_groups() -> None:
    run(PARTS + LEAN)


def test_the_whole_package_is_to_be_had_afterwards() -> None:
    run(PARTS + WHOLE)


def test_where_the_whole_package_is_there_it_is_that_one() -> None:
    run("import kubernetes\n" + PARTS + WHOLE)
