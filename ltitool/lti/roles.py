"""Role URIs → what a person may do. Only context roles give rights; the full URIs decide.

Institution and system roles give nothing in a course: a university's instructor may be a learner
here. `membership/Learner#Instructor` is one of LTI's sub-roles of *learner* (LTI 1.3, appendix A).
"""

from collections.abc import Iterable

from ltitool.core.roles import Role

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
SYSTEM = "http://purl.imsglobal.org/vocab/lis/v2/system/person"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"

STAFF_NAMES = {"Instructor", "ContentDeveloper", "Administrator", "Manager"}
TEACHING_ASSISTANTS = {
    "TeachingAssistant",
    "TeachingAssistantGroup",
    "TeachingAssistantOffering",
    "TeachingAssistantSection",
    "TeachingAssistantSectionAssociation",
    "TeachingAssistantTemplate",
    "Grader",
}


def role_of(uris: Iterable[str]) -> Role:
    """Return the role these URIs give in the course; without a context role a guest's."""
    names = {name for uri in uris if (name := _context_role(uri)) is not None}
    principals = {principal for principal, _sub in names}
    subs = {sub for principal, sub in names if principal == "Instructor" and sub}
    if principals & STAFF_NAMES:
        # Canvas sends a teaching assistant as both, the sub-role and the plain Instructor.
        assists_only = bool(subs) and subs <= TEACHING_ASSISTANTS and principals <= {"Instructor"}
        return Role.TUTOR if assists_only else Role.INSTRUCTOR
    return Role.LEARNER if "Learner" in principals else Role.GUEST


def is_test_user(uris: Iterable[str]) -> bool:
    """Whether this is Canvas' Student View, or another platform's user for trying things."""
    return any(uri in {TEST_USER, f"{SYSTEM}#TestUser"} for uri in uris)


def _context_role(uri: str) -> tuple[str, str] | None:
    """Return (principal role, sub-role) of a context role's URI, else None."""
    if uri in {*STAFF_NAMES, "Learner", "Mentor", "Member", "Officer"}:
        return uri, ""  # the short names the specification still allows, and Moodle's roster
    base, hash_mark, name = uri.partition("#")
    if not hash_mark:
        return None
    if base == MEMBERSHIP:
        return name, ""
    if base.startswith(f"{MEMBERSHIP}/"):
        return base.removeprefix(f"{MEMBERSHIP}/"), name
    return None
