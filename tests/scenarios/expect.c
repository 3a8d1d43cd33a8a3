#include "tests/scenarios/expect.h"

#include <strings.h>

#include "common/base/ensure.h"
#include "common/messages/registry.h"
#include "common/messages/rules.h"

#define SHOWN(text) (int)(text).size, (text).data

bool coverage_has(const struct coverage *c, const struct rule *rule) {
    for (size_t i = 0; i < c->count; i++)
        if (c->rules[i] == rule)
            return true;
    return false;
}

static void cover(struct coverage *c, const struct rule *rule) {
    if (coverage_has(c, rule))
        return;
    ensure(c->count < sizeof c->rules / sizeof *c->rules);
    c->rules[c->count++] = rule;
}

static size_t add(char *out, size_t size, size_t used, const char *gap, const char *text) {
    int n = used < size ? snprintf(out + used, size - used, "%s%s", gap, text) : 0;
    return used + (n > 0 ? (size_t)n : 0);
}

void expect_describe(const struct world *w, char *out, size_t size) {
    const struct outcome *o = &w->outcome;
    if (o->rule) {
        snprintf(out, size, "rejected %s%s%s (%s)", o->rule->code, o->field ? " " : "",
                 o->field ? o->field : "", o->detail[0] ? o->detail : o->rule->en);
        return;
    }
    size_t used = add(out, size, 0, "", "accepted");
    for (size_t i = 0; i < o->breach_count; i++)
        used = add(out, size, used, i ? ", " : " with breach ", o->breaches[i]->code);
    for (size_t i = w->window; i < w->count; i++)
        used = add(out, size, used, i > w->window ? ", " : ": ",
                   registry_by_type(w->log[i].type)->about->name);
}

static int not_so(const struct world *w, char why[WHY_SIZE]) {
    expect_describe(w, why, WHY_SIZE);
    return 1;
}

/* Every rule that is named must exist, or a misspelt one would never be missed. */
static const struct rule *rule_named(struct text code, char why[WHY_SIZE]) {
    const struct rule *rule = rule_by_code(code);
    if (!rule)
        snprintf(why, WHY_SIZE, "there is no rule %.*s", SHOWN(code));
    return rule;
}

static int expect_rejected(struct world *w, const struct text *words, size_t count,
                           struct coverage *coverage, char why[WHY_SIZE]) {
    const struct rule *rule = count ? rule_named(words[0], why) : NULL;
    if (!rule)
        return 1;
    if (w->outcome.rule != rule)
        return not_so(w, why);
    if (count > 1 && (!w->outcome.field || !text_is(words[1], w->outcome.field)))
        return not_so(w, why);
    cover(coverage, rule);
    return 0;
}

static int expect_breach(struct world *w, const struct text *words, size_t count,
                         struct coverage *coverage, char why[WHY_SIZE]) {
    const struct rule *rule = count ? rule_named(words[0], why) : NULL;
    if (!rule)
        return 1;
    for (size_t i = 0; i < w->outcome.breach_count; i++) {
        if (w->outcome.breaches[i] != rule)
            continue;
        cover(coverage, rule);
        return 0;
    }
    return not_so(w, why);
}

static bool has_refused(const struct record *r, const struct rule *rule) {
    const struct ReactedUpTo *mark = r->payload;
    for (uint32_t i = 0; i < mark->refused.count; i++)
        if (text_is(mark->refused.items[i].rule, rule->code))
            return true;
    return false;
}

static int expect_refused(struct world *w, const struct text *words, size_t count,
                          struct arena *arena, struct coverage *coverage, char why[WHY_SIZE]) {
    const struct rule *rule = count ? rule_named(words[0], why) : NULL;
    if (!rule)
        return 1;
    for (size_t i = w->window; i < w->count; i++) {
        struct record r;
        if (w->log[i].type != EVENT_ReactedUpTo)
            continue;
        world_read(w, i, arena, &r);
        if (!has_refused(&r, rule))
            continue;
        cover(coverage, rule);
        return 0;
    }
    return not_so(w, why);
}

static bool is_any(struct text word) {
    return word.size > 2 && memcmp(word.data + word.size - 2, ":*", 2) == 0;
}

/* Is the event at the index the one that is spoken of? */
static int is_event(struct world *w, size_t index, const struct text *words, size_t count,
                    struct arena *arena, char why[WHY_SIZE]) {
    const struct schema *schema = registry_by_name(words[0]);
    struct stream stream = {0};
    struct record r;
    if (w->log[index].type != schema->about->type)
        return 1;
    if (count > 1 && speak_stream(words[1], &stream, why))
        return 1;
    if (count > 1 && w->log[index].stream.category != stream.category)
        return 1;
    if (count > 1 && !is_any(words[1]) && !id_equal(w->log[index].stream.id, stream.id)) {
        snprintf(why, WHY_SIZE, "%s stands in another stream", schema->about->name);
        return 1;
    }
    if (count < 3)
        return 0;
    world_read(w, index, arena, &r);
    return speak_compare(r.schema, r.payload, words + 2, count - 2, arena, why);
}

static int expect_event(struct world *w, const struct text *words, size_t count, bool wanted,
                        struct arena *arena, char why[WHY_SIZE]) {
    char reason[WHY_SIZE] = "";
    if (count == 0 || !registry_by_name(words[0])) {
        snprintf(why, WHY_SIZE, "expected the name of an event");
        return 1;
    }
    for (size_t i = w->window; i < w->count; i++)
        if (is_event(w, i, words, count, arena, reason) == 0)
            return wanted ? 0 : not_so(w, why);
    if (wanted && reason[0])
        snprintf(why, WHY_SIZE, "%s", reason);
    else if (wanted)
        not_so(w, why);
    return wanted;
}

static int expect_state(struct world *w, struct text word, struct text wanted, char why[WHY_SIZE]) {
    struct stream stream;
    if (speak_stream(word, &stream, why))
        return 1;
    const struct aggregate *a = aggregate_of(w->domain, stream.category);
    const struct life *life = machine_state(w->machine, stream);
    if (!a) {
        snprintf(why, WHY_SIZE, "%.*s is no stream of %s", SHOWN(word), w->domain->name);
        return 1;
    }
    const char *is = a->states[life ? life->state : NONE];
    if (strlen(is) == wanted.size && strncasecmp(is, wanted.data, wanted.size) == 0)
        return 0;
    snprintf(why, WHY_SIZE, "%.*s is %s", SHOWN(word), is);
    return 1;
}

int expect(struct world *w, const struct text *words, size_t count, struct arena *arena,
           struct coverage *coverage, char why[WHY_SIZE]) {
    if (count == 3 && text_is(words[1], "is"))
        return expect_state(w, words[0], words[2], why);
    if (count == 1 && text_is(words[0], "accepted"))
        return w->outcome.rule ? not_so(w, why) : 0;
    if (count && text_is(words[0], "rejected"))
        return expect_rejected(w, words + 1, count - 1, coverage, why);
    if (count && text_is(words[0], "breach"))
        return expect_breach(w, words + 1, count - 1, coverage, why);
    if (count && text_is(words[0], "refused"))
        return expect_refused(w, words + 1, count - 1, arena, coverage, why);
    if (count && text_is(words[0], "event"))
        return expect_event(w, words + 1, count - 1, true, arena, why);
    if (count > 1 && text_is(words[0], "no") && text_is(words[1], "event"))
        return expect_event(w, words + 2, count - 2, false, arena, why);
    snprintf(why, WHY_SIZE, "this is not in the language");
    return 1;
}
