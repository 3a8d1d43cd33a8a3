/*
 * First expansion of a .def file: enums and structs. No include guard: every messages header
 * includes it before its .def file and schema_end.h after it. schemas/README.md shows the form.
 */
#include "common/codec/schema.h"

#define CODES(list, en, pl) enum list {
#define CODE(list, name, number, en, pl) list##_##name = number,
#define END_CODES(list) }; const struct code_list *list##_codes(void);

#define CATEGORY(name, number, daemon, en, pl) enum { CATEGORY_##name = number };

#define RULE(name, tag, en, pl) extern const struct rule RULE_##name;
#define RECORD(name, en) struct name {
#define MESSAGE(name, type, en) enum { MESSAGE_##name = type }; struct name {
#define EVENT(name, type, category, nature, command, recorders, deciders, class, en, pl) \
    enum { EVENT_##name = type };                                                        \
    struct name {
#define FIELD(number, name, kind, presence, class, en, pl) MEMBER_##kind name;
/* A message may have no fields, a C struct must have one: hence the last member. */
#define END(name)             \
    uint8_t no_more_fields;   \
    };                        \
    struct name##_list {      \
        const struct name *items; \
        uint32_t count;       \
    };                        \
    const struct schema *name##_schema(void);

#define MEMBER_ID struct id
#define MEMBER_DAY civil_day
#define MEMBER_TIME int64_t
#define MEMBER_MONEY int64_t
#define MEMBER_INT(min, max) int64_t
#define MEMBER_RATIO int64_t
#define MEMBER_FLAG bool
#define MEMBER_CODE(list) int32_t
#define MEMBER_TEXT(max) struct text
#define MEMBER_BLOB(max) struct bytes
#define MEMBER_SEALED struct bytes
#define MEMBER_LIST(record, max) struct record##_list
