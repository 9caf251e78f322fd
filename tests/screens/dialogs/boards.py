"""Boards for dialogs: one that says every word there is, and one whose every text wants to be more than text."""

from datetime import UTC, date, datetime

from state.board.model import (
    Assumption,
    Board,
    Card,
    CardKind,
    CardState,
    Comment,
    Evidence,
    Feedback,
    Moscow,
    Obstacle,
    Origin,
    Phase,
    Settings,
    in_order,
)
from state.clock import Clock

TODAY = date(2025, 11, 24)
NOW = datetime(2025, 11, 24, 12, tzinfo=UTC)
CLOCK = Clock(wall=lambda: NOW.timestamp())


def a_board(*cards: Card) -> Board:
    return Board(
        settings=Settings(team=("ana", "ben"), kickoff=TODAY, wip={"owner:ana": 2}, days_off=(TODAY,), team_size=4),
        phases=in_order(
            (
                Phase(id="mvp", name="MVP", rank="a0", outcome="Three apps run", appetite=17, apps=(1, 3), teams=2),
                Phase(id="phase-2", name="Phase 2", rank="a1", starts=TODAY, ends=date(2026, 5, 1)),
                Phase(id="phase-3", name="Phase 3", rank="a2"),
            )
        ),
        cards={card.uid: card for card in cards},
    )


FULL = Card(
    uid="100000000001",
    number=1,
    title="Managed database",
    kind=CardKind.EXPERIMENT,
    description="# One\n\ntwo | three",
    step="connect",
    lane="Data, shared",
    phase="mvp",
    rank="a0",
    points=2.5,
    value=8,
    moscow=Moscow.SHOULD,
    floor=True,
    needs=("100000000002", "gone"),
    apps=("payments", "store, front"),
    teams=("search",),
    state=CardState.DOING,
    started=NOW,
    owner="ana",
    tags=("custom", "throwaway"),
    source="W9",
    reach=4,
    impact=0.25,
    confidence=80,
    urgency=3,
    risk=5,
    replaced_by="100000000003",
    replaced_when="Phase 3",
    keeps_open="another engine",
    extended_by="a second class",
    alternative="the cloud's own: too dear",
    acceptance="- restored once",
    due=date(2026, 1, 31),
    obstacle=Obstacle(why="no licence", whom="legal", since=TODAY),
    split_from="100000000002",
    dropped_from=Origin(phase="mvp"),
    evidence=(Evidence(what="Restore | tested", who="ana", when=TODAY, until=date(2026, 2, 1), link="https://x/y"),),
    assumptions=(Assumption(what="One size fits", test="two teams", result="no"),),
    feedback=(Feedback(what="Too slow", team="payments", when=TODAY, answered=TODAY, changed="pooling"),),
    links=("https://example.com/a", "https://example.com/b"),
    comments=(Comment(text="first\nsecond line", who="ben", when=NOW),),
)
PLAIN = Card(uid="100000000002", number=2, title="Secrets", phase="mvp", points=5, state=CardState.DONE)
LATER = Card(uid="100000000003", number=3, title="Portal", phase="phase-3", points=13, needs=("100000000001",))


EVIL = "\x1b[31mred\x1b]0;title\x07 \u202egpj.exe [bold]x[/] \x9b2J \u2066 a\rb"


def hostile_board() -> Board:
    evil = Card(
        uid="100000000009",
        number=9,
        title=EVIL,
        description=f"{EVIL}\n{EVIL}",
        lane=EVIL,
        owner=EVIL,
        phase="mvp",
        points=3,
        tags=(EVIL, "custom"),
        apps=(EVIL,),
        teams=(EVIL,),
        needs=("100000000002", EVIL),
        source=EVIL,
        replaced_by=EVIL,
        keeps_open=EVIL,
        alternative=EVIL,
        acceptance=EVIL,
        obstacle=Obstacle(why=EVIL, whom=EVIL),
        evidence=(Evidence(what=EVIL, who=EVIL, check=EVIL, link=EVIL),),
        assumptions=(Assumption(what=EVIL, test=EVIL, result=EVIL),),
        feedback=(Feedback(what=EVIL, team=EVIL, changed=EVIL),),
        links=(EVIL,),
        comments=(Comment(text=EVIL, who=EVIL, when=NOW),),
    )
    board = a_board(evil, PLAIN, Card(uid="10", number=10, title=EVIL, needs=(evil.uid,), phase="phase-2", points=1))
    phases = (Phase(id="mvp", name=f"{EVIL}1", outcome=EVIL, load=EVIL), Phase(id="phase-2", name=f"{EVIL}2"))
    settings = Settings(title=EVIL, team=(EVIL,), wip={f"owner:{EVIL}": 1})
    return Board(settings=settings, phases=in_order(phases), cards=board.cards)
