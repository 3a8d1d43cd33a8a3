/*
 * Second expansion of a .def file: constant tables, each behind a function whose local type `self`
 * gives every FIELD its struct, so that nothing is said twice. No include guard, see
 * schema_structs.h; the roles in EVENT lines are bits of enum role (schemas/envelope.def).
 */
#include "common/codec/schema.h"

#define CODES(list, en, pl)                      \
    const struct code_list *list##_codes(void) { \
        static const struct code codes[] = {
#define CODE(list, name, number, en, pl) {#name, number, en, pl},
#define END_CODES(list)                                                                    \
    }                                                                                      \
    ;                                                                                      \
    static const struct code_list out = {#list, codes, sizeof codes / sizeof *codes};      \
    return &out;                                                                           \
    }

#define CATEGORY(name, number, daemon, en, pl)

#define RULE(name, tag, en, pl) const struct rule RULE_##name = {#name, tag, en, pl};

#define OPEN_TABLE(name, ...)                                  \
    const struct schema *name##_schema(void) {                 \
        typedef struct name self;                              \
        static const struct about about = {#name, __VA_ARGS__}; \
        static const struct field fields[] = {
#define RECORD(name, en) OPEN_TABLE(name, 0, 0, NATURE_NONE, CLASS_P0, 0, 0, NULL, en, en)
#define MESSAGE(name, type, en) OPEN_TABLE(name, type, 0, NATURE_NONE, CLASS_P0, 0, 0, NULL, en, en)
#define EVENT(name, type, category, nature, command, recorders, deciders, class, en, pl)      \
    OPEN_TABLE(name, type, CATEGORY_##category, NATURE_##nature, CLASS_##class, recorders,    \
               deciders, command, en, pl)
#define FIELD(number, name, kind, presence, class, en, pl)                     \
    {#name,  number, DETAIL_##kind, PRESENCE_##presence, CLASS_##class, offsetof(self, name), en, pl},
#define END(name)                                                                            \
    {NULL, 0, 0, 0, 0, NULL, NULL, false, 0, 0, NULL, NULL}                                  \
    }                                                                                        \
    ;                                                                                        \
    static const struct schema out = {&about, sizeof(self), fields,                          \
                                      sizeof fields / sizeof *fields - 1};                   \
    return &out;                                                                             \
    }

#define PRESENCE_REQUIRED true
#define PRESENCE_OPTIONAL false
#define BY(role) (1u << ROLE_##role)
#define NOBODY 0u
#define ANYBODY 0xffffffffu
#define CATEGORY_ANY 0

/* kind, min, max, codes, record */
#define DETAIL_ID KIND_ID, 0, 0, NULL, NULL
#define DETAIL_DAY KIND_DAY, 0, 0, NULL, NULL
#define DETAIL_TIME KIND_TIME, 0, 0, NULL, NULL
#define DETAIL_MONEY KIND_MONEY, 0, 0, NULL, NULL
#define DETAIL_INT(min, max) KIND_INT, min, max, NULL, NULL
#define DETAIL_RATIO KIND_RATIO, 0, 0, NULL, NULL
#define DETAIL_FLAG KIND_FLAG, 0, 0, NULL, NULL
#define DETAIL_CODE(list) KIND_CODE, 0, 0, list##_codes, NULL
#define DETAIL_TEXT(max) KIND_TEXT, 0, max, NULL, NULL
#define DETAIL_BLOB(max) KIND_BLOB, 0, max, NULL, NULL
#define DETAIL_SEALED KIND_SEALED, 0, 0, NULL, NULL
#define DETAIL_LIST(record, max) KIND_LIST, 0, max, NULL, record##_schema
