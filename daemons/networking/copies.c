#include "daemons/networking/copies.h"

#include "common/messages/intake.h"
#include "common/messages/networking.h"

/* A set of ids in a bounded array: adding twice or to a full one changes nothing. */
static void ids_add(struct id *ids, uint8_t *count, uint8_t max, struct id id) {
    for (uint8_t i = 0; i < *count; i++)
        if (id_equal(ids[i], id))
            return;
    if (*count < max)
        ids[(*count)++] = id;
}

static void ids_remove(struct id *ids, uint8_t *count, struct id id) {
    for (uint8_t i = 0; i < *count; i++)
        if (id_equal(ids[i], id)) {
            ids[i] = ids[--*count];
            return;
        }
}

/* A fact that came in a state where it changes nothing changes no copy either (DOMAIN.md 4.7). */
static bool changes_nothing(const struct event *event) {
    return has_breach_of(event, RULE_WRONG_STATE.code);
}

static size_t key_stream(const struct event *event, uint16_t category, struct id out[4]) {
    if (event->said->category != category || changes_nothing(event))
        return 0;
    out[0] = event->said->stream;
    return 1;
}

/* Own matters of a case name it in the payload, so that one copy can hold what is open in it. */
static struct id own_case(const struct event *event) {
    switch (event->type) {
    case EVENT_DzmProposed:
        return ((const struct DzmProposed *)event->payload)->case_id;
    case EVENT_DzmConvened:
        return ((const struct DzmConvened *)event->payload)->case_id;
    case EVENT_DzmClosed:
        return ((const struct DzmClosed *)event->payload)->case_id;
    case EVENT_DzmDissolved:
        return ((const struct DzmDissolved *)event->payload)->case_id;
    case EVENT_HelpRequested:
        return ((const struct HelpRequested *)event->payload)->case_id;
    case EVENT_HelpProvided:
        return ((const struct HelpProvided *)event->payload)->case_id;
    case EVENT_HelpDeclined:
        return ((const struct HelpDeclined *)event->payload)->case_id;
    case EVENT_HelpWithdrawn:
        return ((const struct HelpWithdrawn *)event->payload)->case_id;
    default:
        return (struct id){{0}};
    }
}

static size_t case_keys(const struct event *event, struct id out[4]) {
    if (key_stream(event, CATEGORY_Case, out))
        return 1;
    if (changes_nothing(event))
        return 0;
    out[0] = own_case(event);
    return id_is_zero(out[0]) ? 0 : 1;
}

static void case_began(struct case_known *c, struct id household) {
    c->household = household;
    c->is_known = c->is_open = true;
}

static void case_told(struct case_known *c, const struct event *event) {
    switch (event->type) {
    case EVENT_CaseOpened:
        case_began(c, ((const struct CaseOpened *)event->payload)->household);
        break;
    case EVENT_LsAssigned:
        c->guide = ((const struct LsAssigned *)event->payload)->worker;
        break;
    case EVENT_CaseTransferred:
        c->guide = ((const struct CaseTransferred *)event->payload)->to_worker;
        break;
    case EVENT_LsUnassigned:
        c->guide = (struct id){{0}};
        break;
    case EVENT_CaseReopened:
        c->is_open = true;
        c->guide = ((const struct CaseReopened *)event->payload)->worker;
        break;
    case EVENT_CaseClosed:
    case EVENT_SupportDeclined:
        c->is_open = false;
        break;
    case EVENT_SubjectRepointed:
        c->household = ((const struct SubjectRepointed *)event->payload)->to_household;
        break;
    }
}

static void case_evolve(void *copy, const struct event *event) {
    struct case_known *c = copy;
    switch (event->type) {
    case EVENT_DzmProposed:
    case EVENT_DzmConvened:
        ids_add(c->dzm, &c->dzm_count, CASE_DZM_MAX, event->said->stream);
        break;
    case EVENT_DzmClosed:
    case EVENT_DzmDissolved:
        ids_remove(c->dzm, &c->dzm_count, event->said->stream);
        break;
    case EVENT_HelpRequested:
        ids_add(c->help, &c->help_count, CASE_HELP_MAX, event->said->stream);
        break;
    case EVENT_HelpProvided:
    case EVENT_HelpDeclined:
    case EVENT_HelpWithdrawn:
        ids_remove(c->help, &c->help_count, event->said->stream);
        break;
    default:
        case_told(c, event);
    }
}

static size_t consent_keys(const struct event *event, struct id out[4]) {
    return key_stream(event, CATEGORY_Consent, out);
}

static void consent_evolve(void *copy, const struct event *event) {
    struct consent_known *c = copy;
    if (event->type == EVENT_ConsentGiven) {
        const struct ConsentGiven *e = event->payload;
        *c = (struct consent_known){.person = e->person,
                                    .household = e->household,
                                    .recipient = e->recipient,
                                    .purpose = e->purpose,
                                    .is_given = true};
    } else if (event->type == EVENT_ConsentWithdrawn) {
        c->is_given = false;
    } else if (event->type == EVENT_SubjectRepointed) {
        c->household = ((const struct SubjectRepointed *)event->payload)->to_household;
    }
}

static size_t household_keys(const struct event *event, struct id out[4]) {
    if (event->type == EVENT_CaseOpened)
        out[0] = ((const struct CaseOpened *)event->payload)->household;
    else if (event->type == EVENT_SubjectRepointed && event->said->category == CATEGORY_Case)
        out[0] = ((const struct SubjectRepointed *)event->payload)->to_household;
    else
        return 0;
    return 1;
}

/* The newest cases of a household: one open case per programme (A15) fits with room to spare. */
static void household_evolve(void *copy, const struct event *event) {
    struct household_known *h = copy;
    if (h->count == HOUSEHOLD_CASES_MAX) {
        memmove(h->cases, h->cases + 1, sizeof h->cases - sizeof *h->cases);
        h->count--;
    }
    ids_add(h->cases, &h->count, HOUSEHOLD_CASES_MAX, event->said->stream);
}

static size_t cover_keys(const struct event *event, struct id out[4]) {
    if (event->type != EVENT_CoverStarted && event->type != EVENT_CoverEnded)
        return 0;
    return key_stream(event, CATEGORY_Worker, out);
}

/* An urgent cover is no mandate for a conference: only the full one counts here. */
static void cover_start(struct cover_known *c, const struct CoverStarted *e) {
    if (e->scope != COVER_SCOPE_full)
        return;
    if (c->count == COVERS_MAX)
        memmove(c->covers, c->covers + 1, (size_t)--c->count * sizeof *c->covers);
    c->covers[c->count].substitute = e->substitute;
    c->covers[c->count].from = e->from;
    c->covers[c->count].to = e->to;
    c->count++;
}

static void cover_end(struct cover_known *c, struct id substitute) {
    for (uint8_t i = c->count; i-- > 0;)
        if (id_equal(c->covers[i].substitute, substitute))
            c->covers[i] = c->covers[--c->count];
}

static void cover_evolve(void *copy, const struct event *event) {
    if (event->type == EVENT_CoverStarted)
        cover_start(copy, event->payload);
    else
        cover_end(copy, ((const struct CoverEnded *)event->payload)->substitute);
}

static size_t person_keys(const struct event *event, struct id out[4]) {
    if (event->type != EVENT_MemberDied || changes_nothing(event))
        return 0;
    out[0] = ((const struct MemberDied *)event->payload)->person;
    return 1;
}

static void person_evolve(void *copy, const struct event *event) {
    (void)event;
    ((struct person_known *)copy)->is_dead = true;
}

const struct copy networking_person_copy = {
    COPY_PERSON, "person", sizeof(struct person_known), person_keys, person_evolve,
};
const struct copy networking_case_copy = {
    COPY_CASE, "case", sizeof(struct case_known), case_keys, case_evolve,
};
const struct copy networking_consent_copy = {
    COPY_CONSENT, "consent", sizeof(struct consent_known), consent_keys, consent_evolve,
};
const struct copy networking_household_copy = {
    COPY_HOUSEHOLD, "household", sizeof(struct household_known), household_keys, household_evolve,
};
const struct copy networking_cover_copy = {
    COPY_COVER, "cover", sizeof(struct cover_known), cover_keys, cover_evolve,
};

void network_check_case(struct decision *d, struct id case_id, struct id household) {
    const struct case_known *c = copy_of(d, COPY_CASE, case_id);
    if (!c || !c->is_known)
        reject(d, &RULE_NETWORK_CASE_UNKNOWN, "case_id");
    else if (!id_equal(c->household, household))
        reject(d, &RULE_CASE_OF_ANOTHER, "household");
    else if (!c->is_open)
        refuse(d, &RULE_NETWORK_CASE_CLOSED, "case_id");
}

static bool covers(const struct decision *d, struct id guide, struct id actor) {
    const struct cover_known *c = copy_of(d, COPY_COVER, guide);
    civil_day day = d->command->said->occurred_on;
    for (uint8_t i = 0; c && i < c->count; i++)
        if (id_equal(c->covers[i].substitute, actor) && c->covers[i].from <= day &&
            day <= c->covers[i].to)
            return true;
    return false;
}

void network_check_guide(struct decision *d, struct id case_id) {
    const struct said *said = d->command->said;
    if (said->role == ROLE_SYSTEM)
        return;
    const struct case_known *c = copy_of(d, COPY_CASE, case_id);
    if (!c || id_is_zero(c->guide) ||
        (!id_equal(c->guide, said->actor) && !covers(d, c->guide, said->actor)))
        refuse(d, &RULE_NOT_YOUR_CASE, "actor");
}
