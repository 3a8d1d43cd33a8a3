#include "common/messages/rules.h"

#include "common/messages/debt.h"
#include "common/messages/intake.h"
#include "common/messages/monitoring.h"
#include "common/messages/networking.h"
#include "common/messages/policy.h"
#include "common/messages/relocation.h"

/* Each list ends with NULL, since a file may have no rule and an array may not be empty. */
#include "common/codec/schema_list.h"
#undef RULE
#define RULE(name, tag, en, pl) &RULE_##name,
static const struct rule *const envelope[] = {
#include "schemas/envelope.def"
    NULL,
};
static const struct rule *const intake[] = {
#include "schemas/intake.def"
    NULL,
};
static const struct rule *const relocation[] = {
#include "schemas/relocation.def"
    NULL,
};
static const struct rule *const debt[] = {
#include "schemas/debt.def"
    NULL,
};
static const struct rule *const networking[] = {
#include "schemas/networking.def"
    NULL,
};
static const struct rule *const monitoring[] = {
#include "schemas/policy.def"
#include "schemas/monitoring.def"
    NULL,
};
#include "common/codec/schema_end.h"

#define LIST_OF(name) \
    { #name, name, sizeof name / sizeof *name - 1 }
static const struct {
    const char *file;
    const struct rule *const *rules;
    size_t count;
} files[] = {
    LIST_OF(envelope), LIST_OF(intake),     LIST_OF(relocation),
    LIST_OF(debt),     LIST_OF(networking), LIST_OF(monitoring),
};

size_t rules_of(const char *file, const struct rule *const **out) {
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (strcmp(files[i].file, file) == 0)
            return *out = files[i].rules, files[i].count;
    return 0;
}

const struct rule *rule_by_code(struct text code) {
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        for (size_t k = 0; k < files[i].count; k++)
            if (text_is(code, files[i].rules[k]->code))
                return files[i].rules[k];
    return NULL;
}
