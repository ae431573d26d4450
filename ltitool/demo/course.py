"""What is in the pretend LMS from the start: one course, its people, its links. All invented."""

from dataclasses import dataclass, field

from ltitool.demo.profiles import INSTRUCTOR, STUDENT, STUDENT_VIEW, TUTOR

CONTEXT_ID = "course-7"
COURSE = "Social Work Skills 2"
COURSE_LABEL = "SWS2"
DEPLOYMENT_ID = "1"
COLUMN_MAXIMUM = 100
"""What a gradebook column counts to; scores are put on this scale."""


@dataclass(frozen=True)
class User:
    """Somebody with an account."""

    id: str
    name: str
    role: str
    username: str

    @property
    def email(self) -> str:
        """An address that nobody has."""
        return f"{self.username}@students.example"


USERS = {
    user.id: user
    for user in (
        User("101", "Zoë Bright", STUDENT, "zbright"),
        User("102", "王小雨", STUDENT, "xwang"),
        User("103", "Олена Коваль", STUDENT, "okoval"),
        User("104", "ليلى الحسن", STUDENT, "lalhasan"),
        User("105", "Ngozi Adéyẹmí", STUDENT, "nadeyemi"),
        User("201", "Tomás Birch", TUTOR, "tbirch"),
        User("301", "Dr Rosa Okoye", INSTRUCTOR, "rokoye"),
        User("901", "Test Student", STUDENT_VIEW, "teststudent"),
    )
}


@dataclass(frozen=True)
class Group:
    """A group of the course, in a set of groups or in none."""

    id: str
    name: str
    people: frozenset[str]
    set_id: str = ""


SETS = {"seminars": "Seminars"}
GROUPS = (
    Group("g-1", "Tuesday", frozenset({"101", "102", "103"}), "seminars"),
    Group("g-2", "Thursday", frozenset({"104", "105"}), "seminars"),
    Group("g-3", "Book club", frozenset({"101", "105"})),
)


@dataclass(frozen=True)
class Course:
    """A course; a copy knows which ones it goes back to, nearest first."""

    id: str
    title: str
    label: str
    history: tuple[str, ...] = ()


FIRST_COURSE = Course(CONTEXT_ID, COURSE, COURSE_LABEL)


@dataclass(frozen=True)
class Link:
    """A link to the tool on the course page."""

    id: str
    title: str
    about: str
    is_graded: bool = True
    custom: dict[str, str] = field(default_factory=dict)
    course_id: str = CONTEXT_ID
    history: tuple[str, ...] = ()
    """The links it was copied from, nearest first."""
    is_placed: bool = False
    """Whether the tool has chosen it, by deep linking."""
    resource_id: str = ""
    tag: str = ""
    label: str = ""
    """What its gradebook column is called, where that is not its title."""
    due_at: str = ""
    in_window: bool = False


LINKS = {
    link.id: link
    for link in (
        Link(
            "pending",
            "Pending",
            "A friend request, a late-night post and a walk on the sea wall. Graded.",
            custom={"scenario": "sam-and-lucy", "group_wait_hours": "0"},
        ),
        Link(
            "pending-ungraded",
            "Pending, without a grade",
            "The same story, placed without a gradebook column.",
            is_graded=False,
            custom={"scenario": "sam-and-lucy", "group_wait_hours": "0"},
        ),
        Link(
            "new",
            "A new activity",
            "Nothing is chosen yet: the instructor chooses the story and a date.",
        ),
    )
}
