#ifndef COMMON_MESSAGES_REGISTRY_H
#define COMMON_MESSAGES_REGISTRY_H

/* All messages of all .def files, for those who meet a type number or a name at run time. */
#include "common/codec/schema.h"

const struct schema *registry_by_type(uint16_t type);
/* An event by its own name, or by the name of a command that asks for exactly one event. */
const struct schema *registry_by_name(struct text name);
const struct category *registry_category(uint16_t number);
const struct category *registry_category_by_name(struct text name);
/* The daemon that owns an event's stream, by the category; NULL for events of any stream. */
const char *registry_daemon(const struct schema *schema);

/* In order of the type number. */
size_t registry_count(void);
const struct schema *registry_at(size_t index);
size_t registry_category_count(void);
const struct category *registry_category_at(size_t index);

#endif
