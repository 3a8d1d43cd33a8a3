#include "daemons/networking/reactions.h"

#include "common/messages/intake.h"
#include "common/messages/networking.h"
#include "daemons/networking/copies.h"
#include "daemons/networking/dzm.h"
#include "daemons/networking/help_request.h"

struct ending {
    enum DZM_END dzm;
    enum HELP_WITHDRAWAL help;
};

static void note_case(struct reactions *out, struct id case_id) {
    out->items[out->count - 1].case_ref = case_id;
}

static const void *stream_of(const struct states *states, uint16_t category, struct id id) {
    return states->stream(states->context, (struct stream){category, id});
}

static void dissolve(const struct states *states, struct id id, enum DZM_END reason,
                     struct reactions *out) {
    const struct dzm *z = stream_of(states, CATEGORY_Dzm, id);
    if (!z || !(IN(z->life.state) & DZM_OPEN))
        return;
    struct DzmDissolved *e = ask(out, CATEGORY_Dzm, id, DzmDissolved_schema());
    e->case_id = z->case_id;
    e->reason = (int32_t)reason;
    note_case(out, z->case_id);
}

static void withdraw(const struct states *states, struct id id, enum HELP_WITHDRAWAL reason,
                     struct reactions *out) {
    const struct help_request *h = stream_of(states, CATEGORY_HelpRequest, id);
    if (!h || h->life.state != HELP_REQUESTED)
        return;
    struct HelpWithdrawn *e = ask(out, CATEGORY_HelpRequest, id, HelpWithdrawn_schema());
    e->case_id = h->case_id;
    e->household = h->household;
    e->reason = (int32_t)reason;
    note_case(out, h->case_id);
}

static void end_case(const struct states *states, struct id case_id, struct ending why,
                     struct reactions *out) {
    const struct case_known *c = states->copy(states->context, COPY_CASE, case_id);
    for (uint8_t i = 0; c && i < c->dzm_count; i++)
        dissolve(states, c->dzm[i], why.dzm, out);
    for (uint8_t i = 0; c && i < c->help_count; i++)
        withdraw(states, c->help[i], why.help, out);
}

static void end_household(const struct states *states, struct id household, struct reactions *out) {
    const struct household_known *h = states->copy(states->context, COPY_HOUSEHOLD, household);
    struct ending why = {DZM_END_household_ended, HELP_WITHDRAWAL_household_ended};
    for (uint8_t i = 0; h && i < h->count; i++)
        end_case(states, h->cases[i], why, out);
}

/* Ours was decided before the end of the case was known here, and stands behind it in the log. */
static void end_late(const struct event *event, const struct states *states, struct id case_id,
                     struct reactions *out) {
    const struct case_known *c = states->copy(states->context, COPY_CASE, case_id);
    if (!c || c->is_open)
        return;
    if (event->said->category == CATEGORY_Dzm)
        dissolve(states, event->said->stream, DZM_END_case_closed, out);
    else
        withdraw(states, event->said->stream, HELP_WITHDRAWAL_case_closed, out);
}

void networking_react(const struct event *event, const struct states *states,
                      struct reactions *out) {
    struct id subject = event->said->stream;
    if (has_breach_of(event, RULE_WRONG_STATE.code))
        return; /* it changed nothing there */
    switch (event->type) {
    case EVENT_CaseClosed:
        end_case(states, subject, (struct ending){DZM_END_case_closed, HELP_WITHDRAWAL_case_closed},
                 out);
        break;
    case EVENT_SupportDeclined:
        end_case(states, subject,
                 (struct ending){DZM_END_support_declined, HELP_WITHDRAWAL_support_declined}, out);
        break;
    case EVENT_HouseholdEnded:
        end_household(states, subject, out);
        break;
    case EVENT_DzmProposed:
        end_late(event, states, ((const struct DzmProposed *)event->payload)->case_id, out);
        break;
    case EVENT_DzmConvened:
        end_late(event, states, ((const struct DzmConvened *)event->payload)->case_id, out);
        break;
    case EVENT_HelpRequested:
        end_late(event, states, ((const struct HelpRequested *)event->payload)->case_id, out);
        break;
    }
}
