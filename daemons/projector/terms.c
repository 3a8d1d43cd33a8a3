/*
 * Which terms ran, were met and passed in one stream. The departments' own timers() say what runs;
 * a passed one stays on the work list until what it asked for happens.
 */
#include "daemons/projector/store.h"

#include "common/messages/intake.h"
#include "common/messages/monitoring.h"
#include "common/messages/relocation.h"

/* Terms whose passing asks nothing of anybody: a notice period, a possibility, an expiry. */
static const uint64_t nothing_to_do = 1ull << 1 | 1ull << 3 | 1ull << 7 | 1ull << 8 | 1ull << 9 |
                                      1ull << 18 | 1ull << 21 | 1ull << 28 | 1ull << 31;

/* What a passed term waited for, where that moves no life cycle and starts no new term. */
static const struct {
    uint8_t number;
    uint16_t event;
} answers[] = {
    {14, EVENT_PostMoveCheckDone}, {14, EVENT_PostMoveCheckExcused}, {24, EVENT_LsAssigned},
    {25, EVENT_GoAssigned},        {25, EVENT_ActingGoNamed},        {29, EVENT_EffectAssessed},
};

/* Which terms run does not depend on how long they are. */
static const struct PolicySetAdopted any_length = {.version = 1};

static bool is_running(const struct timer *timers, size_t count, const struct term *term) {
    for (size_t i = 0; i < count; i++)
        if (timers[i].number == term->number && timers[i].start == term->start)
            return true;
    return false;
}

static bool is_restarted(const struct timer *timers, size_t count, const struct term *term) {
    for (size_t i = 0; i < count; i++)
        if (timers[i].number == term->number && timers[i].start > term->start)
            return true;
    return false;
}

static bool is_answer(const struct term *term, const struct event *event) {
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (answers[i].number == term->number && answers[i].event == event->type)
            return true;
    return false;
}

static bool is_own_timer(const struct term *term, const struct event *event) {
    const struct timer_passed *passed = event->payload;
    return event->schema->about->nature == NATURE_TIMER && (uint64_t)passed->start == term->start;
}

static void drop(struct terms *t, uint8_t index) {
    t->open[index] = t->open[--t->count];
    t->open[t->count] = (struct term){0};
}

/* True when the term goes. */
static bool end(struct terms *t, struct term *term, const struct event *event) {
    if (!is_own_timer(term, event)) {
        t->met[term->number]++;
        return true;
    }
    t->passed[term->number]++;
    term->is_passed = true;
    term->due = ((const struct timer_passed *)event->payload)->due;
    return nothing_to_do >> term->number & 1;
}

static bool is_known(const struct terms *t, const struct timer *timer) {
    for (uint8_t i = 0; i < t->count; i++)
        if (t->open[i].number == timer->number && t->open[i].start == timer->start)
            return true;
    return false;
}

void terms_follow(struct terms *t, const struct aggregate *aggregate, const void *state, bool moved,
                  const struct event *event) {
    struct timer timers[TIMERS_MAX];
    size_t count = aggregate->timers(state, &any_length, timers);
    t->breaches = (uint16_t)(t->breaches + has_breach(event));
    for (uint8_t i = 0; i < t->count;) {
        struct term *term = &t->open[i];
        bool is_over = term->is_passed
                           ? moved || is_answer(term, event) || is_restarted(timers, count, term)
                           : !is_running(timers, count, term) && end(t, term, event);
        if (is_over)
            drop(t, i);
        else
            i++;
    }
    for (size_t i = 0; i < count; i++)
        if (!is_known(t, &timers[i]) && t->count < TERMS_RUNNING_MAX)
            t->open[t->count++] =
                (struct term){.number = timers[i].number, .start = timers[i].start};
}
