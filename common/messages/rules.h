#ifndef COMMON_MESSAGES_RULES_H
#define COMMON_MESSAGES_RULES_H

/* The rules of all .def files by code, so that a rejection that arrives as a code gets its words
 * back, and so that the scenarios can prove that every rule of a daemon is reached. */
#include "common/codec/schema.h"

/* NULL when no .def file has such a rule. */
const struct rule *rule_by_code(struct text code);

/* The rules of one .def file: "envelope", "intake", "relocation" ... */
size_t rules_of(const char *file, const struct rule *const **out);

#endif
