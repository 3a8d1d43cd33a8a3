#include "common/service/answer.h"

#include <stdio.h>

#include "common/base/ensure.h"

static int send_answer(struct bus_server *s, const struct bus_peer *peer, struct Answer *a) {
    return bus_server_answer(s, peer, Answer_schema(), a, false);
}

int answer_accepted(struct bus_server *s, const struct bus_peer *peer, const struct proposal *p,
                    uint64_t position, struct arena *arena) {
    struct written *events = arena_get(arena, p->event_count * sizeof *events);
    struct breach breaches[BREACHES_MAX];
    ensure(events != NULL);
    for (size_t i = 0; i < p->event_count; i++)
        events[i] = (struct written){.position = (int64_t)(position + i),
                                     .type = p->events[i].schema->about->type};
    for (size_t i = 0; i < p->breach_count; i++)
        breaches[i] = (struct breach){.rule = text_of(p->breaches[i]->code)};
    struct Answer a = {
        .outcome = OUTCOME_accepted,
        .position = (int64_t)position,
        .events = {events, (uint32_t)p->event_count},
        .breach = {breaches, (uint32_t)p->breach_count},
    };
    return send_answer(s, peer, &a);
}

/* "this role may not record this; who may: area host, team coordinator or deputy" */
static void name_entitled(const struct proposal *p, char en[600], char pl[600]) {
    const struct code_list *roles = ROLE_codes();
    int en_size = snprintf(en, 600, "%s; who may: ", p->rule->en);
    int pl_size = snprintf(pl, 600, "%s; kto może: ", p->rule->pl);
    const char *comma = "";
    for (unsigned i = 0; i < roles->count; i++) {
        const struct code *c = &roles->codes[i];
        if (!(p->entitled & 1u << c->number) || c->number == ROLE_SYSTEM)
            continue;
        en_size += snprintf(en + en_size, 600 - (size_t)en_size, "%s%s", comma, c->en);
        pl_size += snprintf(pl + pl_size, 600 - (size_t)pl_size, "%s%s", comma, c->pl);
        comma = ", ";
        if (en_size > 500 || pl_size > 500)
            return;
    }
}

int answer_rejected(struct bus_server *s, const struct bus_peer *peer, const struct proposal *p) {
    char en[600], pl[600];
    snprintf(en, sizeof en, "%s", p->rule->en);
    snprintf(pl, sizeof pl, "%s", p->rule->pl);
    if (p->entitled)
        name_entitled(p, en, pl);
    struct Answer a = {
        .outcome = p->rule == &RULE_TRY_AGAIN ? OUTCOME_later : OUTCOME_rejected,
        .code = text_of(p->rule->code),
        .rule = text_of(p->rule->tag),
        .field = text_of(p->field),
        .en = text_of(en),
        .pl = text_of(pl),
    };
    return send_answer(s, peer, &a);
}

int answer_rule(struct bus_server *s, const struct bus_peer *peer, const struct rule *rule,
                const char *field) {
    struct proposal p = {.rule = rule, .field = field};
    return answer_rejected(s, peer, &p);
}

struct first_answer {
    struct written events[PROPOSAL_EVENTS_MAX];
    uint32_t count;
    uint64_t wanted;
    struct breach breaches[BREACHES_MAX];
    char rules[BREACHES_MAX][48];
    uint32_t breach_count;
};

static int take(void *context, const struct record *r) {
    struct first_answer *f = context;
    if (f->count == 0)
        for (uint32_t i = 0; i < r->said.breach.count && i < BREACHES_MAX; i++) {
            struct text rule = r->said.breach.items[i].rule;
            snprintf(f->rules[i], sizeof f->rules[i], "%.*s", (int)rule.size, rule.data);
            f->breaches[f->breach_count++].rule = text_of(f->rules[i]);
        }
    f->events[f->count++] =
        (struct written){.position = r->log.position, .type = r->said.type};
    return f->count == f->wanted || f->count == PROPOSAL_EVENTS_MAX;
}

int answer_repeated(struct bus_server *s, const struct bus_peer *peer, struct follow *log,
                    uint64_t position, uint64_t count) {
    struct first_answer first = {.wanted = count};
    uint64_t next;
    int r = follow_page(log, position, 1000, take, &first, &next);
    if (r < 0)
        return r;
    if (first.count < count)
        return BUS_TIMEOUT; /* half an answer would be another answer than the first one */
    struct Answer a = {
        .outcome = OUTCOME_accepted,
        .position = (int64_t)position,
        .events = {first.events, first.count},
        .breach = {first.breaches, first.breach_count},
    };
    return send_answer(s, peer, &a);
}

int answer_fault(struct bus_server *s, const struct bus_peer *peer, int32_t outcome) {
    static const struct {
        int32_t outcome;
        const char *en, *pl;
    } sentence[] = {
        {OUTCOME_full, "The log is full and takes no new entries; everything stored stays readable. "
                       "Free disk space, then try again.",
         "Dziennik jest pełny i nie przyjmuje wpisów; wszystko zapisane można czytać. "
         "Zwolnij miejsce na dysku i spróbuj ponownie."},
        {OUTCOME_malformed, "The message does not fit its schema.", "Komunikat niezgodny ze schematem."},
        {OUTCOME_later, "Not possible right now; try again in a moment.",
         "Chwilowo niemożliwe; spróbuj za chwilę."},
    };
    struct Fault f = {.outcome = outcome, .en = text_of(sentence[2].en), .pl = text_of(sentence[2].pl)};
    for (size_t i = 0; i < sizeof sentence / sizeof *sentence; i++)
        if (sentence[i].outcome == outcome) {
            f.en = text_of(sentence[i].en);
            f.pl = text_of(sentence[i].pl);
        }
    return bus_server_answer(s, peer, Fault_schema(), &f, false);
}
