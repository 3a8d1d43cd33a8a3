#include "tools/schema/schema_tool.h"

#include "common/messages/registry.h"

static const char *or_dash(const char *text) {
    return text ? text : "-";
}

const char *schema_nature(const struct schema *schema) {
    static const char *const nature[] = {
        [NATURE_NONE] = "message", [NATURE_OWN] = "own",     [NATURE_FACT] = "fact",
        [NATURE_ACT] = "act",      [NATURE_TIMER] = "timer",
    };
    return nature[schema->about->nature];
}

static void list_line(FILE *out, const struct schema *s) {
    const struct about *a = s->about;
    const struct category *c = registry_category(a->category);
    fprintf(out, "0x%04x  %-11s %-20s %-7s %-32s %-30s %s\n", a->type, or_dash(registry_daemon(s)),
            c ? c->name : "-", schema_nature(s), a->name, or_dash(a->command), a->en);
}

static int list_json(FILE *out, const struct schema *s) {
    const struct about *a = s->about;
    const struct category *c = registry_category(a->category);
    json_t *row =
        json_pack("{s:i, s:s, s:s?, s:s?, s:i, s:s, s:s?, s:s, s:s}", "type", (int)a->type, "name",
                  a->name, "daemon", registry_daemon(s), "category", c ? c->name : NULL,
                  "category_number", (int)a->category, "nature", schema_nature(s), "command",
                  a->command, "en", a->en, "pl", a->pl);
    int bad = !row || json_dumpf(row, out, JSON_COMPACT);
    fputc('\n', out);
    json_decref(row);
    return bad;
}

int schema_list(FILE *out, bool json) {
    size_t count = registry_count();
    for (size_t i = 0; i < count; i++) {
        if (!json)
            list_line(out, registry_at(i));
        else if (list_json(out, registry_at(i)))
            return 1;
    }
    return 0;
}
