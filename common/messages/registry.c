/*
 * Two tables over all .def files, indexed by number: a number that is used twice initialises one
 * element twice, which the compiler refuses, and a look-up is one load.
 */
#include "common/messages/registry.h"

#include "common/messages/bus.h"
#include "common/messages/debt.h"
#include "common/messages/intake.h"
#include "common/messages/monitoring.h"
#include "common/messages/networking.h"
#include "common/messages/policy.h"
#include "common/messages/relocation.h"
#include "common/messages/views.h"

typedef const struct schema *schema_fn(void);

#include "common/codec/schema_list.h"
#undef MESSAGE
#undef EVENT
#define MESSAGE(name, type, en) [type] = name##_schema,
#define EVENT(name, type, category, nature, command, recorders, deciders, class, en, pl) \
    [type] = name##_schema,
static schema_fn *const messages[] = {
#include "schemas/all.def"
};
#include "common/codec/schema_end.h"

#include "common/codec/schema_list.h"
#undef CATEGORY
#define CATEGORY(name, number, daemon, en, pl) [number] = {#name, number, #daemon, en, pl},
static const struct category categories[] = {
#include "schemas/all.def"
};
#include "common/codec/schema_end.h"

enum {
    MESSAGE_LIMIT = sizeof messages / sizeof *messages,
    CATEGORY_LIMIT = sizeof categories / sizeof *categories
};

const struct schema *registry_by_type(uint16_t type) {
    return type < MESSAGE_LIMIT && messages[type] ? messages[type]() : NULL;
}

static const struct schema *by_own_name(struct text name) {
    for (size_t i = 0; i < MESSAGE_LIMIT; i++)
        if (messages[i] && text_is(name, messages[i]()->about->name))
            return messages[i]();
    return NULL;
}

static const struct schema *by_command(struct text name) {
    const struct schema *found = NULL;
    for (size_t i = 0; i < MESSAGE_LIMIT; i++) {
        const struct schema *s = messages[i] ? messages[i]() : NULL;
        if (!s || !s->about->command || !text_is(name, s->about->command))
            continue;
        if (found)
            return NULL;
        found = s;
    }
    return found;
}

const struct schema *registry_by_name(struct text name) {
    const struct schema *found = by_own_name(name);
    return found ? found : by_command(name);
}

const struct category *registry_category(uint16_t number) {
    return number < CATEGORY_LIMIT && categories[number].name ? &categories[number] : NULL;
}

const struct category *registry_category_by_name(struct text name) {
    for (size_t i = 0; i < CATEGORY_LIMIT; i++)
        if (categories[i].name && text_is(name, categories[i].name))
            return &categories[i];
    return NULL;
}

const char *registry_daemon(const struct schema *schema) {
    const struct category *c = registry_category(schema->about->category);
    return c && strcmp(c->daemon, "any") != 0 ? c->daemon : NULL;
}

size_t registry_count(void) {
    size_t count = 0;
    for (size_t i = 0; i < MESSAGE_LIMIT; i++)
        count += messages[i] != NULL;
    return count;
}

const struct schema *registry_at(size_t index) {
    for (size_t i = 0; i < MESSAGE_LIMIT; i++)
        if (messages[i] && index-- == 0)
            return messages[i]();
    return NULL;
}

size_t registry_category_count(void) {
    size_t count = 0;
    for (size_t i = 0; i < CATEGORY_LIMIT; i++)
        count += categories[i].name != NULL;
    return count;
}

const struct category *registry_category_at(size_t index) {
    for (size_t i = 0; i < CATEGORY_LIMIT; i++)
        if (categories[i].name && index-- == 0)
            return &categories[i];
    return NULL;
}
