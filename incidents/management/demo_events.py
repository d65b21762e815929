"""What Northwind Hosting told its customers over ninety days: incidents as they were posted, and planned work."""

from __future__ import annotations

from dataclasses import dataclass

DOWN, PARTLY, SLOW, FINE = "major_outage", "partial_outage", "degraded_performance", "operational"


@dataclass(frozen=True)
class DemoPost:
    """`after` is minutes after the beginning; `levels` name components that changed."""

    after: int
    status: str
    text: str
    levels: tuple[tuple[str, str], ...] = ()
    next_update: int = 0


@dataclass(frozen=True)
class DemoEvent:
    """An incident that customers were told of. `start` is UTC; a negative `days_ago` can’t be, 0 is right now."""

    internal: str
    title: str
    severity: str
    days_ago: int
    start: str
    posts: tuple[DemoPost, ...]
    cause: str = ""


@dataclass(frozen=True)
class DemoWork:
    """Planned work; with negative `days_ago` it lies ahead."""

    title: str
    text: str
    days_ago: int
    start: str
    minutes: int
    components: tuple[str, ...]


def _short(component: str, level: str, minutes: int, words: tuple[str, str, str]) -> tuple[DemoPost, ...]:
    """The usual course of a small one; what is said first, when the cause is found, and when it is over."""
    begun, found, over = words
    return (
        DemoPost(0, "investigating", begun, ((component, level),), 30),
        DemoPost(minutes // 3, "identified", found, (), 60),
        DemoPost(minutes - 5, "monitoring", "The change is out, and what we measure looks good.", ((component, FINE),)),
        DemoPost(minutes, "resolved", over),
    )


# Of the incidents that have reports, by their internal titles.
TOLD = {
    "Server outage across all data halls": (
        "Websites, API and mail are unreachable",
        (
            DemoPost(
                20,
                "investigating",
                "All websites, the API, the control panel and e-mail are unreachable. The on-call team is on it.",
                (("Websites", DOWN), ("API", DOWN), ("Control panel", DOWN), ("E-mail", DOWN)),
                30,
            ),
            DemoPost(
                75,
                "identified",
                "The cause is a power overload. We are moving traffic to the backup systems.",
                (),
                60,
            ),
            DemoPost(
                170,
                "monitoring",
                "Servers are back. The first websites answer again, and the rest follows.",
                (("Websites", PARTLY), ("API", PARTLY), ("Control panel", SLOW), ("E-mail", SLOW)),
                60,
            ),
            DemoPost(205, "resolved", "All traffic is back since 08:20 UTC. No data was lost. A report will follow."),
        ),
    ),
    "Delayed e-mail delivery": (
        "Outgoing e-mail is late",
        (
            DemoPost(20, "investigating", "Mail from our servers leaves late. None is lost.", (("E-mail", SLOW),), 30),
            DemoPost(34, "monitoring", "Delivery runs again, and what waited is on its way."),
            DemoPost(45, "resolved", "Everything that waited is delivered."),
        ),
    ),
    "Control panel log-ins fail for some customers": (
        "Log-in to the control panel fails for some customers",
        (
            DemoPost(
                35,
                "investigating",
                "Customers with several companies can’t log in to the control panel. Websites, mail and the API work.",
                (("Control panel", PARTLY),),
                30,
            ),
            DemoPost(62, "resolved", "The previous version is back, and log-in works for everybody."),
        ),
    ),
}

EVENTS = (
    DemoEvent(
        "lb-2 drops connections after the kernel update",
        "Some websites answer slowly",
        "medium",
        88,
        "09:12",
        _short(
            "Websites",
            SLOW,
            54,
            (
                "About one in ten requests takes several seconds.",
                "One of our load balancers drops connections. We take it out of service.",
                "Requests are as fast as ever since 10:02 UTC.",
            ),
        ),
    ),
    DemoEvent(
        "API rate limiter counts twice",
        "API calls are refused too early",
        "medium",
        81,
        "14:30",
        _short(
            "API",
            PARTLY,
            47,
            (
                "Some API calls are answered with “too many requests” although the limit isn’t reached.",
                "Requests are counted twice since this afternoon’s change. We take it back.",
                "Limits count right again.",
            ),
        ),
        cause="change",
    ),
    DemoEvent(
        "Certificates of 214 sites expired",
        "Browsers warn of some websites",
        "high",
        74,
        "00:02",
        _short(
            "Websites",
            PARTLY,
            96,
            (
                "Browsers show a certificate warning for some of the websites we host.",
                "The renewal of certificates has been standing still. We renew them by hand now.",
                "All certificates are renewed. Please reload the page if a browser still warns.",
            ),
        ),
    ),
    DemoEvent(
        "Panel database locks during reporting",
        "The control panel is slow",
        "low",
        66,
        "07:45",
        _short(
            "Control panel",
            SLOW,
            72,
            (
                "Pages of the control panel take long to open.",
                "A report that runs in the morning blocks other requests. We stop it.",
                "The control panel is as fast as ever.",
            ),
        ),
    ),
    DemoEvent(
        "mx-1 blocklisted",
        "Some mail to a large provider is refused",
        "medium",
        58,
        "11:05",
        _short(
            "E-mail",
            SLOW,
            312,
            (
                "A large provider refuses some of the mail that our customers send.",
                "One of our addresses is on a block list. We send from others until it is off.",
                "Mail is accepted again. What was refused has been sent once more.",
            ),
        ),
    ),
    DemoEvent(
        "API nodes out of memory",
        "The API is down",
        "critical",
        51,
        "18:22",
        (
            DemoPost(0, "investigating", "All API calls fail. Websites are not affected.", (("API", DOWN),), 15),
            DemoPost(12, "investigating", "We restart the servers of the API one by one.", (), 15),
            DemoPost(25, "identified", "A new version uses too much memory. We go back.", (("API", PARTLY),), 30),
            DemoPost(41, "monitoring", "The API answers again.", (("API", FINE),), 60),
            DemoPost(90, "resolved", "No call has failed for 45 minutes."),
        ),
    ),
    DemoEvent(
        "Carrier outage in the north",
        "Websites are unreachable from some networks",
        "high",
        33,
        "21:10",
        (
            DemoPost(0, "investigating", "Readers on some networks can’t reach us.", (("Websites", PARTLY),), 30),
            DemoPost(28, "identified", "One of our carriers has an outage. We send traffic around it.", (), 60),
            DemoPost(60, "resolved", "Traffic goes around the carrier, and everybody reaches us."),
            DemoPost(95, "investigating", "Some networks can’t reach us again.", (("Websites", PARTLY),), 30),
            DemoPost(130, "monitoring", "A second route is in use.", (("Websites", FINE),), 60),
            DemoPost(240, "resolved", "The carrier has mended its lines. All routes are in use."),
        ),
    ),
    DemoEvent(
        "Deploy 2026-41 broke webhooks",
        "Webhooks of the API are late",
        "low",
        26,
        "13:40",
        _short(
            "API",
            SLOW,
            65,
            (
                "Webhooks arrive up to ten minutes late. None is lost.",
                "One of two queues stands still. We start it again.",
                "All webhooks are delivered.",
            ),
        ),
        cause="change",
    ),
    DemoEvent(
        "Storage rebuild slows cluster 3",
        "Some websites and mailboxes are slow",
        "medium",
        19,
        "04:15",
        (
            DemoPost(
                0, "investigating", "Some websites and mailboxes are slow.", (("Websites", SLOW), ("E-mail", SLOW)), 60
            ),
            DemoPost(40, "identified", "A storage system repairs itself after a disk failed.", (), 120),
            DemoPost(150, "monitoring", "The repair is almost done.", (("E-mail", FINE),), 120),
            DemoPost(210, "resolved", "The repair is done, and everything is as fast as ever."),
        ),
    ),
    DemoEvent(
        "Panel cache serves stale invoices",
        "Invoices in the control panel are old",
        "low",
        7,
        "10:20",
        _short(
            "Control panel",
            SLOW,
            38,
            (
                "The list of invoices misses those of this month.",
                "An old copy of the list is shown. We rebuild it.",
                "All invoices are shown.",
            ),
        ),
    ),
    DemoEvent(
        "Switch pair in hall A flapping",
        "Websites and API calls fail in one of our halls",
        "critical",
        0,
        "",
        (
            DemoPost(
                0,
                "investigating",
                "Many websites and API calls end in an error. The on-call team is on it.",
                (("Websites", DOWN), ("API", DOWN)),
                15,
            ),
            DemoPost(
                22,
                "identified",
                "The network of one hall is unstable. We are moving traffic to the other hall and expect the first "
                "websites back within the hour. Mail and the control panel work.",
                (),
                45,
            ),
        ),
    ),
)
STILL_GOING_ON = 38  # minutes since the last of them began

WORK = (
    DemoWork(
        "Replacement of the storage controllers",
        "E-mail may pause for some minutes. Mail that arrives meanwhile is delivered afterwards.",
        79,
        "02:00",
        120,
        ("E-mail",),
    ),
    DemoWork(
        "Database update of the control panel", "The control panel can’t be used.", 47, "03:00", 45, ("Control panel",)
    ),
    DemoWork(
        "Move of the API to new servers",
        "Some calls may take a second longer. Nothing has to be changed on your side.",
        15,
        "01:30",
        150,
        ("API",),
    ),
    DemoWork(
        "New network switches in hall B",
        "Websites may be unreachable for up to five minutes.",
        -6,
        "02:00",
        90,
        ("Websites", "API"),
    ),
)

READY_WORDS = (
    ("We look into it", "investigating", "We see errors and look into them. We tell you more within 30 minutes."),
    ("Cause found", "identified", "We know the cause and work on it."),
    ("Looks good", "monitoring", "The change is out, and what we measure looks good. We keep watching."),
    ("Over", "resolved", "Everything works as it should. A report will follow."),
    (
        "Work takes longer",
        "in_progress",
        "The work takes longer than announced. We tell you more within an hour.",
    ),
)
