"""The ways between kinds and contexts: in and back, by name, over several contexts, and from one run to the next."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cockpit.demo_world import Endpoints
from screens.cluster import ClusterScreen
from screens.logs import LogScreen
from screens.rbac import RightsScreen
from state.query import Query


async def command(driven: Any, text: str) -> None:
    await driven.press("colon")
    await driven.type(text)
    await driven.press("enter")


def title(driven: Any) -> str:
    return next((line for line in driven.lines if line.startswith("╭─")), "")


async def titled(driven: Any, *words: str) -> None:
    await driven.until(lambda: all(word in title(driven) for word in words), f"the title {words}")


async def test_enter_goes_in_down_to_the_log_and_escape_comes_back(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated) as driven:
        await command(driven, "deploy payments /api")
        await driven.shows("Deployments", "payments-api", "1 ")
        await driven.press("enter")
        await titled(driven, "Deployments ▸ payments/payments-api ▸ Pods  3")
        assert "payments-ledger" not in driven.text
        await driven.press("down", "enter")
        await titled(driven, "▸ Containers  2")
        await driven.shows("migrate", "payments-api", "Running")
        assert "POD " not in driven.text
        await driven.press("down", "enter")
        await driven.until(lambda: isinstance(driven.app.screen, LogScreen), "the log")
        await driven.shows("payments-api")
        await driven.press("escape")
        await titled(driven, "▸ Containers  2")
        await driven.press("escape")
        await titled(driven, "Deployments ▸ payments/payments-api ▸ Pods  3")
        assert driven.app.screen.query_one("Grid").cursor_index == 1
        await driven.press("escape")
        await titled(driven, "Deployments  1", "in payments", "/api")
        await driven.press("escape")
        await titled(driven, "Deployments  3", "in payments")
        assert "/api" not in title(driven)


async def test_a_node_a_service_and_a_namespace_lead_to_their_pods(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated, screen="cluster") as driven:
        await driven.shows("argocd-controller-0")
        await command(driven, "no /name:^node-7$")
        await driven.shows("Nodes  1 of 12")
        await driven.press("enter")
        await titled(driven, "Nodes ▸ node-7 ▸ Pods")
        await driven.until(lambda: "NAMESPACE" in driven.text and "NODE" not in driven.text, "the columns")
        await command(driven, "svc payments /payments-api")
        await titled(driven, "Services  1")
        await driven.press("enter")
        await titled(driven, "Services ▸ payments/payments-api ▸ Pods  3")
        await command(driven, "ns /name:^storefront$")
        await titled(driven, "Namespaces")
        await driven.shows("storefront ")
        await driven.press("enter")
        await titled(driven, "Namespaces ▸ storefront ▸ Pods")


async def test_what_was_shown_before_comes_back_by_a_key(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated, screen="cluster") as driven:
        await driven.shows("argocd-controller-0")
        await command(driven, "deploy")
        await titled(driven, "Deployments")
        await command(driven, "no")
        await titled(driven, "Nodes  12")
        await driven.press("left_square_bracket")
        await titled(driven, "Deployments")
        await driven.press("minus")
        await titled(driven, "Pods")
        await driven.press("right_square_bracket", "right_square_bracket")
        await titled(driven, "Nodes  12")
        await driven.press("right_square_bracket")
        await titled(driven, "Nodes  12")


async def test_each_kind_keeps_its_filter_and_order(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated, screen="cluster") as driven:
        await driven.shows("argocd-controller-0")
        await command(driven, "po payments /api")
        await titled(driven, "Pods  3", "in payments", "/api")
        await driven.press("A")
        await driven.shows("AGE↑")
        await command(driven, "deploy")
        await titled(driven, "Deployments  3", "in payments")
        await command(driven, "po")
        await titled(driven, "Pods  3", "in payments", "/api")
        await driven.shows("AGE↑")
        await driven.press("0")
        await titled(driven, "Pods", "of 21", "/api")
        assert "in payments" not in title(driven)
        await driven.press("w")
        await titled(driven, "in ")


async def test_another_run_looks_as_the_last_one_did(
    simulated: Endpoints, drive: Callable[..., Any], tmp_path: Path
) -> None:
    async with drive(simulated, screen="cluster") as driven:
        await driven.shows("argocd-controller-0")
        await command(driven, "deploy payments /api")
        await titled(driven, "Deployments  1")
        await driven.press("A")
        await driven.shows("AGE↑")
        driven.app._opened.session.memory.save()
    async with drive(simulated, screen="cluster") as driven:
        await titled(driven, "Deployments  1", "in payments", "/api")
        await driven.shows("AGE↑")
        await driven.press("colon", "up")
        await driven.shows(": deploy payments /api")
        await driven.press("escape")
    async with drive(simulated, screen="cluster", context="staging-eu") as driven:
        await titled(driven, "Pods")


async def test_kinds_of_the_server_are_found_completed_and_listed(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated, screen="cluster") as driven:
        await driven.shows("argocd-controller-0")
        kinds = driven.app._opened.session.contexts.home.kinds
        await driven.until(lambda: kinds.resources, "what the server serves")
        await driven.press("colon")
        await driven.type("certific")
        await driven.shows("certificates")
        await driven.press("tab", "enter")
        await titled(driven, "Certificates")
        await driven.until(lambda: not driven.app.screen.objects.freshness.reason, "the list")
        await command(driven, "aliases")
        await titled(driven, "Kinds")
        await driven.shows("OTHER NAMES", "deploy")
        await driven.press("slash")
        await driven.type("name:^nodes$")
        await driven.press("enter", "enter")
        await command(driven, "crd /certificates")
        await titled(driven, "Customresourcedefinitions")
        await driven.shows("certificates.cert-manager.io")
        await driven.press("enter")
        await titled(driven, "▸ Certificates")


async def test_several_contexts_stand_in_one_list_and_each_row_leads_into_its_own(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated, screen="cluster", size=(140, 36)) as driven:
        await driven.shows("argocd-controller-0")
        await command(driven, "no @prod-eu,@staging-eu")
        await titled(driven, "Nodes  15", "prod-eu + staging-eu")
        await driven.shows("CONTEXT", "staging-eu")
        assert driven.app._opened.session.contexts.home.name == "prod-eu"
        objects = driven.app.screen.objects
        objects.sort("CONTEXT")
        await driven.until(lambda: objects._view.listing.keys[-1][0] == "staging-eu", "the order")
        await driven.press("G", "enter")
        await titled(driven, "Nodes ▸ ", "▸ Pods")
        assert driven.app.screen.contexts == ("staging-eu",)
        await driven.press("escape")
        await titled(driven, "Nodes  15")
        await command(driven, "deploy payments /payments-api")
        await titled(driven, "Deployments  2")
        # Both contexts have an object of this name: what is done to one must never reach the other.
        await driven.until(lambda: driven.app.screen.objects.pointed is not None, "the deployments")
        await driven.press("G")
        await driven.until(lambda: driven.app.screen.objects.pointed.ref.cluster == "staging-eu", "the other one")
        await driven.press("R")
        await driven.shows("Roll back payments/payments-api to revision")
        assert "in staging-eu" in driven.text, "the dialog says whose it is"
        assert driven.app.screen._type_name == "", "staging is not protected, so it asks as staging does"
        await driven.press("escape")
        await command(driven, "deploy all")
        await titled(driven, "Deployments", "prod-eu + staging-eu")
        await command(driven, "ctx prod-eu")
        await driven.until(lambda: "staging-eu" not in driven.text, "one context")


async def test_one_context_that_denies_is_named_and_the_others_show_what_they_have(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated, screen="cluster", size=(160, 36)) as driven:
        await driven.shows("argocd-controller-0")
        await command(driven, "no @prod-eu,@prod-eu-nobody")
        await titled(driven, "Nodes  12", "prod-eu-nobody: denied")
        await driven.shows("node-12")


async def test_the_cockpit_goes_to_another_context_and_keeps_its_picture_until_then(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated) as driven:
        await driven.shows("12 nodes")
        await command(driven, "ctx staging-eu")
        await driven.until(lambda: driven.app._opened.session.contexts.home.name == "staging-eu", "the context")
        await driven.shows("cockpit ▸ staging-eu", "3 nodes")
        await driven.press("2")
        await driven.until(lambda: isinstance(driven.app.screen, ClusterScreen), "the cluster screen")
        await driven.shows("Pods  ")
        await driven.press("5")
        await driven.shows("Ideas")
        await command(driven, "po @prod-eu")
        await driven.shows("cockpit ▸ prod-eu", "argocd-controller-0")
        assert [name for name in driven.app._modes if name.split()[0] == "cluster"] == ["cluster 2"]


async def test_a_context_that_cannot_be_reached_changes_nothing(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated, screen="cluster") as driven:
        await driven.shows("argocd-controller-0")
        await command(driven, "ctx nowhere")
        await driven.shows("no context 'nowhere'", "argocd-controller-0")
        # The path of the kubeconfig is in the sentence, so that it wraps anywhere.
        assert [told.message.endswith("; this is still prod-eu") for told in driven.app._notifications] == [True]
        assert driven.app._opened.coming == ""


async def test_contexts_are_listed_and_one_is_chosen(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated, screen="cluster") as driven:
        await driven.shows("argocd-controller-0")
        await command(driven, "ctx")
        await titled(driven, "Contexts  5")
        await driven.shows("prod-eu", "here", "staging-eu")
        await driven.press("d")
        await driven.press("slash")
        await driven.type("staging")
        await driven.press("enter", "enter")
        await driven.shows("cockpit ▸ staging-eu")


async def test_marks_that_a_filter_hides_are_counted_and_stay(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated, screen="cluster") as driven:
        await driven.shows("argocd-controller-0")
        objects = driven.app.screen.objects
        await driven.press("space", "space", "space")
        await titled(driven, "3 marked")
        objects.ask(Query("payments-db"))
        await titled(driven, "3 marked, 3 of them not shown")
        await driven.press("space")
        await titled(driven, "4 marked, 3 of them not shown")
        assert len(objects.targets) == 4
        assert len(objects.hidden) == 3
        objects.ask(Query())
        await titled(driven, "4 marked")
        await driven.until(lambda: len(driven.app.screen.query_one("Grid").marks) == 4, "the marks")
        objects.ask(Query("payments-db"))
        await titled(driven, "3 of them not shown")
        await driven.press("ctrl+backslash")
        await driven.until(lambda: "marked" not in title(driven), "no marks")


async def test_an_account_leads_to_its_rights_and_a_release_of_helm_to_its_revisions_and_values(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated, screen="cluster") as driven:
        await driven.shows("argocd-controller-0")
        await command(driven, "sa payments")
        await driven.until(lambda: driven.app.screen.objects.pointed is not None, "the accounts")
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.app.screen, RightsScreen), "what the account may do")
        await command(driven, "helm backup")
        await titled(driven, "Releases  1")
        await driven.until(lambda: driven.app.screen.objects.pointed is not None, "the release")
        await driven.press("ctrl+d")
        await driven.shows("helm uninstall velero -n backup")
        await driven.press("enter")
        await titled(driven, "Releases ▸ backup/velero ▸ Releases  2")
        await driven.until(lambda: driven.app.screen.objects.pointed is not None, "the revisions")
        await driven.press("v")
        await driven.shows("values", "replicaCount", "bytes")
        await driven.press("q")
        await titled(driven, "Releases ▸ backup/velero ▸ Releases  2")
        await driven.press("q")
        await titled(driven, "Releases  1")


async def test_a_line_typed_over_a_text_leads_away_from_it(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated, screen="cluster") as driven:
        await driven.shows("argocd-controller-0")
        await driven.press("d")
        await driven.shows("describe Pod")
        await command(driven, "deploy payments")
        await titled(driven, "Deployments  3", "in payments")
        await driven.press("d")
        await driven.shows("describe Deployment")
        await command(driven, "board")
        await driven.shows("Ideas")
        await driven.press("2")
        await titled(driven, "Deployments  3", "in payments")
