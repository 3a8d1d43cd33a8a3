/*
 * What every decision shares (DOMAIN.md 2 and 3). In this order: may this role record it, is the
 * recorder known, is the named decider competent, can the day be right, is the step in the life
 * cycle, do the guards of the step hold. An own decision is refused by any of them; an outside fact
 * is refused only by the first ones and otherwise kept with the rules it missed.
 */
#include "common/base/ensure.h"
#include "common/domain/domain.h"
#include "common/domain/roster.h"

void reject(struct decision *d, const struct rule *rule, const char *field) {
    if (d->rejected)
        return;
    d->rejected = rule;
    d->field = field;
}

void refuse(struct decision *d, const struct rule *rule, const char *field) {
    enum nature nature = (enum nature)d->command->schema->about->nature;
    if (nature != NATURE_FACT && nature != NATURE_ACT) {
        reject(d, rule, field);
        return;
    }
    for (size_t i = 0; i < d->breach_count; i++)
        if (d->breaches[i] == rule)
            return;
    if (d->breach_count < BREACHES_MAX)
        d->breaches[d->breach_count++] = rule;
}

bool is_breached(const struct decision *d) {
    return d->breach_count > 0;
}

static void emit_payload(struct decision *d, struct stream stream, const struct schema *schema,
                         const void *payload) {
    if (d->event_count == DECISION_EVENTS_MAX)
        reject(d, &RULE_MALFORMED, NULL); /* more than one append may carry */
    else
        d->events[d->event_count++] = (struct emitted){stream, schema, payload};
}

void *emit(struct decision *d, uint16_t category, struct id id, const struct schema *schema) {
    void *payload = arena_get(d->arena, schema->size);
    ensure(payload != NULL);
    emit_payload(d, (struct stream){category, id}, schema, payload);
    return payload;
}

const void *state_of(const struct decision *d, uint16_t category, struct id id) {
    return d->states->stream(d->states->context, (struct stream){category, id});
}

const void *copy_of(const struct decision *d, uint16_t number, struct id key) {
    return d->states->copy(d->states->context, number, key);
}

static bool is_amendment(uint16_t type) {
    return type == EVENT_EntryVoided || type == EVENT_EntryCorrected;
}

/* The breaches of a correction are those of the entry it puts right, and are counted there. */
bool has_breach(const struct event *event) {
    return event->said->breach.count > 0 && !is_amendment(event->type);
}

bool has_breach_of(const struct event *event, const char *code) {
    for (uint32_t i = 0; i < event->said->breach.count; i++)
        if (text_is(event->said->breach.items[i].rule, code))
            return true;
    return false;
}

void *ask(struct reactions *out, uint16_t category, struct id id, const struct schema *schema) {
    void *payload = arena_get(out->arena, schema->size);
    ensure(payload != NULL);
    if (out->count == REACTIONS_MAX)
        out->is_over = true; /* the mark will say that something was left out */
    else
        out->items[out->count++] =
            (struct reaction){.stream = {category, id}, .schema = schema, .payload = payload};
    return payload;
}

const struct aggregate *aggregate_of(const struct domain *domain, uint16_t category) {
    for (size_t i = 0; i < domain->aggregate_count; i++)
        if (domain->aggregates[i]->category == category)
            return domain->aggregates[i];
    return NULL;
}

/* Bodies that are never on the bus: somebody enters their decision from a document. */
#define OUTSIDE_BODIES                                                                         \
    (1u << ROLE_PREZYDENT | 1u << ROLE_WOJEWODA | 1u << ROLE_MINISTER | 1u << ROLE_COURT |      \
     1u << ROLE_BAILIFF | 1u << ROLE_COUNCIL | 1u << ROLE_SKO | 1u << ROLE_ALLOWANCE |          \
     1u << ROLE_ARCHIVE)

/* Who may, instead: told only with the first rejection, whose roles they are. */
static void reject_role(struct decision *d, const struct rule *rule, const char *field,
                        uint32_t entitled) {
    if (!d->rejected)
        d->entitled = entitled;
    reject(d, rule, field);
}

static void check_decider(struct decision *d) {
    const struct about *about = d->command->schema->about;
    const struct said *said = d->command->said;
    if (about->deciders == 0 || said->role == ROLE_SYSTEM)
        return;
    if (said->decider == 0 || !(about->deciders & 1u << said->decider)) {
        reject_role(d, &RULE_NOT_COMPETENT, "decider", about->deciders);
    } else if (1u << said->decider & OUTSIDE_BODIES && said->authority.count == 0) {
        reject(d, &RULE_NO_AUTHORITY_REF, "authority");
    } else if (said->decider == ROLE_RESIDENT && said->evidence == 0) {
        reject(d, &RULE_NO_EVIDENCE, "evidence");
    }
}

static void check_recorder(struct decision *d) {
    const struct about *about = d->command->schema->about;
    const struct said *said = d->command->said;
    if (!(about->recorders & 1u << said->role)) {
        reject_role(d, &RULE_NOT_ENTITLED, "role", about->recorders);
    } else if (!roster_knows(d->facts->roster, said)) {
        reject(d, &RULE_UNKNOWN_ACTOR, "actor");
    }
}

static void check_days(struct decision *d) {
    const struct said *said = d->command->said;
    if (said->role == ROLE_SYSTEM)
        return;
    if (said->occurred_on > d->facts->today)
        reject(d, &RULE_FUTURE_DATED, "occurred_on");
    else if (said->occurred_on < d->facts->today && !d->facts->migration &&
             d->command->schema->about->nature == NATURE_OWN)
        reject(d, &RULE_BACKDATED, "occurred_on");
}

/* The register of units and the policy themselves must be possible before there is a policy. */
static bool needs_policy(uint16_t type) {
    return type != EVENT_PolicySetAdopted && type != EVENT_UnitRegistered;
}

static const struct transition *find(const struct aggregate *a, uint8_t state, uint16_t event) {
    for (size_t i = 0; i < a->transition_count; i++)
        if (a->transitions[i].event == event && a->transitions[i].from & IN(state))
            return &a->transitions[i];
    return NULL;
}

static const struct transition *guarded(const struct aggregate *a, struct decision *d) {
    const struct life *life = d->state;
    const struct transition *t = find(a, life->state, d->command->type);
    if (!t && life->state == NONE)
        reject(d, &RULE_UNKNOWN_SUBJECT, "stream");
    else if (!t)
        refuse(d, &RULE_WRONG_STATE, "stream");
    else if (t->guard)
        t->guard(d);
    return t;
}

void weigh(const struct aggregate *aggregate, struct decision *d) {
    guarded(aggregate, d);
}

/* A breached legal act opens no next step (DOMAIN.md 3), so nothing else is written with it. */
static bool is_without_effect(const struct decision *d) {
    return d->command->schema->about->nature == NATURE_ACT && is_breached(d);
}

static void step(const struct aggregate *a, struct decision *d) {
    const struct command *c = d->command;
    const struct transition *t = guarded(a, d);
    if (d->rejected)
        return;
    emit_payload(d, c->stream, c->schema, c->payload);
    if (t && t->effect && !is_without_effect(d))
        t->effect(d);
}

/* What a term's passing says follows from the entry that started it: nobody made it, nobody may
 * unmake it, and its id could not be written a second time. */
static bool is_nobodys(const struct event *entry) {
    return entry->schema->about->nature == NATURE_TIMER;
}

/* A51: the author within policy.correction_days, later the coordinator or the head of the unit.
 * Being in the unit is a claim until the register of units confirms it. */
static void check_may_amend(struct decision *d) {
    const struct said *said = d->command->said, *first = d->entry->said;
    bool is_author = id_equal(said->actor, first->actor) && said->role == first->role;
    civil_day made = civil_in_warsaw(d->entry->known_at_us);
    bool in_time = d->facts->today <= made + (civil_day)d->facts->policy->correction_days;
    bool is_of_unit = !id_is_zero(said->unit) && id_equal(said->unit, first->unit) &&
                      said->role == first->role && roster_has_unit(d->facts->roster, said);
    bool is_entitled = said->role == ROLE_COORD || said->role == ROLE_SYSTEM;
    if (is_nobodys(d->entry) || !(is_entitled || (is_author && in_time) || is_of_unit))
        reject(d, &RULE_NOT_YOUR_ENTRY, "entry");
}

/* The day that is said to be right cannot lie ahead either. */
static void check_right_day(struct decision *d) {
    if (d->command->type != EVENT_EntryCorrected)
        return;
    const struct EntryCorrected *c = d->command->payload;
    if (c->occurred_on > d->facts->today)
        reject(d, &RULE_FUTURE_DATED, "occurred_on");
}

static void amend(const struct aggregate *a, struct decision *d) {
    const struct command *c = d->command;
    if (!d->entry)
        reject(d, &RULE_UNKNOWN_ENTRY, "entry");
    else
        check_may_amend(d);
    if (!d->rejected)
        check_right_day(d);
    if (d->rejected)
        return;
    emit_payload(d, c->stream, c->schema, c->payload);
    if (a->amended)
        a->amended(d);
}

void decide(const struct aggregate *aggregate, struct decision *d) {
    check_recorder(d);
    check_decider(d);
    check_days(d);
    if (needs_policy(d->command->type) && !d->facts->policy)
        reject(d, &RULE_TRY_AGAIN, NULL);
    if (d->rejected)
        return;
    if (is_amendment(d->command->type))
        amend(aggregate, d);
    else
        step(aggregate, d);
    if (d->rejected)
        d->event_count = 0;
}

static uint8_t lowest_bit(uint32_t bits) {
    uint8_t state = 0;
    while (!(bits & 1u << state))
        state++;
    return state;
}

/* A legal act that missed a rule starts no clock and opens no next step; a fact moves on. */
static bool has_effect(const struct event *event) {
    if (!has_breach(event))
        return true;
    return event->schema->about->nature != NATURE_ACT && !has_breach_of(event, "WRONG_STATE");
}

void evolve(const struct aggregate *aggregate, void *state, const struct event *event) {
    struct life *life = state;
    life->version++;
    life->last_position = event->position;
    if (is_amendment(event->type) || !has_effect(event))
        return;
    const struct transition *t = find(aggregate, life->state, event->type);
    if (event->type != EVENT_SubjectRepointed && !t)
        return;
    if (t && t->to != SAME && (t->to & (t->to - 1)) == 0)
        life->state = lowest_bit(t->to);
    aggregate->evolve(state, event);
}
