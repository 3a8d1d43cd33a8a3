#include "tools/latarnia/outcome.h"

#include "common/messages/registry.h"
#include "common/messages/rules.h"
#include "tools/latarnia/cli.h"

int outcome_code(const struct Answer *answer) {
    switch (answer->outcome) {
    case OUTCOME_accepted:
    case OUTCOME_repeated:
        return CLI_DONE;
    case OUTCOME_conflict:
    case OUTCOME_full:
    case OUTCOME_stale:
    case OUTCOME_later:
        return CLI_LATER;
    default:
        return text_is(answer->code, RULE_TRY_AGAIN.code) ? CLI_LATER : CLI_NEGATIVE;
    }
}

bool outcome_may_change(const struct Answer *answer) {
    return outcome_code(answer) == CLI_LATER && answer->outcome != OUTCOME_full;
}

static json_t *event_json(const struct written *w) {
    const struct schema *s = registry_by_type((uint16_t)w->type);
    return json_pack("{s:I, s:s}", "position", (json_int_t)w->position, "type",
                     s ? s->about->name : "");
}

static json_t *accepted_json(const struct Answer *a) {
    json_t *events = json_array(), *breach = json_array();
    for (uint32_t i = 0; i < a->events.count; i++)
        json_array_append_new(events, event_json(&a->events.items[i]));
    for (uint32_t i = 0; i < a->breach.count; i++) {
        struct text rule = a->breach.items[i].rule;
        json_array_append_new(breach, json_stringn(rule.data, rule.size));
    }
    json_t *out = json_pack("{s:s, s:I, s:o}", "status", "accepted", "position",
                            (json_int_t)a->position, "events", events);
    if (a->outcome == OUTCOME_repeated)
        json_object_set_new(out, "repeated", json_true());
    if (json_array_size(breach))
        json_object_set(out, "breach", breach);
    json_decref(breach);
    return out;
}

static const char *outcome_words(int32_t outcome) {
    const struct code_list *list = OUTCOME_codes();
    for (unsigned i = 0; i < list->count; i++)
        if (list->codes[i].number == outcome)
            return cli_say(list->codes[i].en, list->codes[i].pl);
    return "";
}

/* The department's own sentence; else the rule's; else the outcome in words. */
static struct text message_of(const struct Answer *a) {
    struct text own = cli_polish() ? a->pl : a->en;
    const struct rule *rule = own.size ? NULL : rule_by_code(a->code);
    if (rule)
        return text_of(cli_say(rule->en, rule->pl));
    return own.size ? own : text_of(outcome_words(a->outcome));
}

static void set_text(json_t *object, const char *key, struct text value) {
    json_object_set_new(object, key,
                        value.size ? json_stringn(value.data, value.size) : json_null());
}

json_t *outcome_json(const struct Answer *a) {
    int code = outcome_code(a);
    if (code == CLI_DONE)
        return accepted_json(a);
    json_t *out = json_pack("{s:s}", "status", code == CLI_LATER ? "later" : "rejected");
    set_text(out, "code", a->code);
    set_text(out, "rule", a->rule);
    set_text(out, "field", a->field);
    set_text(out, "message", message_of(a));
    return out;
}
