#include "daemons/projector/owing.h"

#include "daemons/debt/debt_file.h"

static void report(struct debt_facts *f, const struct event *e) {
    const struct ArrearsReported *r = e->payload;
    f->household = r->household;
    if (f->reported_on)
        return;
    f->reported_on = e->said->occurred_on;
    f->at_start = r->amount;
}

static void verify(struct debt_facts *f, const struct ArrearsVerified *v) {
    if (!f->granted && !f->paid && !f->settled_on)
        f->at_start = v->amount;
}

static void note_sums(struct debt_facts *f, const struct event *e) {
    switch (e->type) {
    case EVENT_ArrearsReported:
        report(f, e);
        break;
    case EVENT_ArrearsVerified:
        verify(f, e->payload);
        break;
    case EVENT_InstalmentsGranted:
        f->granted =
            (uint16_t)(f->granted + ((const struct InstalmentsGranted *)e->payload)->count);
        break;
    case EVENT_InstalmentPaid:
        f->paid++;
        break;
    case EVENT_InstalmentMissed:
        f->missed++;
        break;
    case EVENT_DebtSettled:
        f->settled_on = e->said->occurred_on;
        break;
    case EVENT_ChargeBecameOverdue:
        f->settled_on = 0;
        break;
    case EVENT_SubjectRepointed:
        f->household = ((const struct SubjectRepointed *)e->payload)->to_household;
        break;
    default:
        break;
    }
}

void debt_note(void *counts, const void *state, uint8_t before, const struct event *e) {
    struct debt_facts *f = counts;
    const struct debt_file *file = state;
    (void)before;
    if (has_effect(e))
        note_sums(f, e);
    f->was_warned |= file->risk.state >= RISK_WARNED;
    f->is_averted = f->was_warned && file->risk.state < RISK_WARNED;
}

void relief_note(void *counts, const void *state, uint8_t before, const struct event *e) {
    (void)state;
    (void)before;
    if (e->type == EVENT_ReliefRequested)
        ((struct relief_facts *)counts)->debt_file =
            ((const struct ReliefRequested *)e->payload)->debt_file;
}
