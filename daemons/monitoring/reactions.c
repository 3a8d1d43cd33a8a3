#include "daemons/monitoring/reactions.h"

#include "common/messages/intake.h"
#include "common/messages/monitoring.h"

static void about_case(struct reactions *out, struct id case_id) {
    out->items[out->count - 1].case_ref = case_id;
}

/* The class is the one that the case's own entries carry (A43). */
static void case_opened(const struct event *event, struct reactions *out) {
    const struct CaseOpened *opened = event->payload;
    struct id case_id = event->said->stream;
    struct EffectBaselineDue *due =
        ask(out, CATEGORY_Effect, opened->household, EffectBaselineDue_schema());
    due->case_id = case_id;
    about_case(out, case_id);
    struct RetentionClassAssigned *file =
        ask(out, CATEGORY_RecordsCase, case_id, RetentionClassAssigned_schema());
    file->of = RECORDS_OF_support;
    file->retention = event->said->retention;
    file->opened_on = event->said->occurred_on;
    about_case(out, case_id);
}

static void case_closed(const struct event *event, struct reactions *out) {
    struct id case_id = event->said->stream;
    struct RecordsCaseClosed *e =
        ask(out, CATEGORY_RecordsCase, case_id, RecordsCaseClosed_schema());
    e->closed_on = event->said->occurred_on;
    about_case(out, case_id);
}

static void case_reopened(const struct event *event, struct reactions *out) {
    struct id case_id = event->said->stream;
    struct RecordsCaseReopened *e =
        ask(out, CATEGORY_RecordsCase, case_id, RecordsCaseReopened_schema());
    e->reopened_on = event->said->occurred_on;
    about_case(out, case_id);
}

void monitoring_react(const struct event *event, const struct states *states,
                      struct reactions *out) {
    (void)states;
    if (has_breach_of(event, RULE_WRONG_STATE.code))
        return; /* it changed nothing there */
    switch (event->type) {
    case EVENT_CaseOpened:
        case_opened(event, out);
        break;
    case EVENT_CaseClosed:
    case EVENT_SupportDeclined:
        case_closed(event, out);
        break;
    case EVENT_CaseReopened:
        case_reopened(event, out);
        break;
    }
}
