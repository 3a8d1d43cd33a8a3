#include "daemons/debt/reactions.h"

#include "common/messages/intake.h"
#include "common/messages/relocation.h"
#include "daemons/debt/copies.h"
#include "daemons/debt/debt_file.h"

/* The cause, what may be looked up, and where to ask. */
struct reacting {
    const struct event *event;
    const struct states *states;
    struct reactions *out;
};

static const struct debt_file *open_file(const struct reacting *r, struct id id) {
    const struct debt_file *file =
        r->states->stream(r->states->context, (struct stream){CATEGORY_DebtFile, id});
    return file && IN(file->life.state) & DEBT_ANY ? file : NULL;
}

static const struct files_of_household *files_of(const struct reacting *r, struct id household) {
    return r->states->copy(r->states->context, COPY_FILES, household);
}

/* The newest open file; a household without one gets the stream that carries its own id, so that
 * arrears recovery sees the request either way. */
static struct id file_to_ask(const struct reacting *r, struct id household) {
    const struct files_of_household *known = files_of(r, household);
    for (uint8_t i = known ? known->count : 0; i-- > 0;)
        if (open_file(r, known->files[i]))
            return known->files[i];
    return household;
}

static void ask_statement(const struct reacting *r) {
    const struct BlockerRaised *cause = r->event->payload;
    if (cause->kind != BLOCKER_rent_debt)
        return;
    struct ArrearsReportRequested *e =
        ask(r->out, CATEGORY_DebtFile, file_to_ask(r, cause->household),
            ArrearsReportRequested_schema());
    e->household = cause->household;
    e->blocker = cause->blocker;
}

/* Who answers for the debt now is for arrears recovery to find out: heirs, or those who entered the
 * tenancy. A file that names another debtor goes on unchanged. */
static void note_death(const struct reacting *r) {
    const struct MemberDied *cause = r->event->payload;
    const struct files_of_household *known = files_of(r, r->event->said->stream);
    for (uint8_t i = 0; known && i < known->count; i++) {
        const struct debt_file *file = open_file(r, known->files[i]);
        if (!file || !(id_equal(file->debtor, cause->person) || id_is_zero(file->debtor)))
            continue;
        struct DebtorDied *e =
            ask(r->out, CATEGORY_DebtFile, known->files[i], DebtorDied_schema());
        e->person = cause->person;
        e->succession = SUCCESSION_unclear;
    }
}

static void repoint(const struct reacting *r, struct id file, struct id from, struct id to) {
    struct SubjectRepointed *e =
        ask(r->out, CATEGORY_DebtFile, file, SubjectRepointed_schema());
    e->from_household = from;
    e->to_household = to;
}

static void follow_merge(const struct reacting *r, struct id to) {
    struct id from = r->event->said->stream;
    const struct files_of_household *known = files_of(r, from);
    for (uint8_t i = 0; known && i < known->count; i++)
        repoint(r, known->files[i], from, to);
}

static bool has_person(const struct person_of_list *persons, struct id person) {
    for (uint32_t i = 0; i < persons->count; i++)
        if (id_equal(persons->items[i].person, person))
            return true;
    return false;
}

/* The debt goes with the debtor. */
static void follow_split(const struct reacting *r) {
    const struct HouseholdSplit *cause = r->event->payload;
    struct id from = r->event->said->stream;
    const struct files_of_household *known = files_of(r, from);
    for (uint8_t i = 0; known && i < known->count; i++) {
        const struct debt_file *file = open_file(r, known->files[i]);
        if (file && has_person(&cause->persons, file->debtor))
            repoint(r, known->files[i], from, cause->new_household);
    }
}

void debt_react(const struct event *event, const struct states *states, struct reactions *out) {
    const struct reacting r = {event, states, out};
    switch (event->type) {
    case EVENT_BlockerRaised:
        ask_statement(&r);
        break;
    case EVENT_MemberDied:
        note_death(&r);
        break;
    case EVENT_HouseholdsMerged:
        follow_merge(&r, ((const struct HouseholdsMerged *)event->payload)->into);
        break;
    case EVENT_HouseholdSplit:
        follow_split(&r);
        break;
    }
}
