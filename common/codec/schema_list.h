/*
 * Third expansion of a .def file: nothing at all, so that whoever lists messages, categories or
 * rules redefines only the line it collects (registry.c, rules.c). No include guard; closed by
 * schema_end.h like the other two.
 */
#define CODES(list, en, pl)
#define CODE(list, name, number, en, pl)
#define END_CODES(list)
#define CATEGORY(name, number, daemon, en, pl)
#define RULE(name, tag, en, pl)
#define RECORD(name, en)
#define MESSAGE(name, type, en)
#define EVENT(name, type, category, nature, command, recorders, deciders, class, en, pl)
#define FIELD(number, name, kind, presence, class, en, pl)
#define END(name)
