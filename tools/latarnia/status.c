/* latarnia status: every process answers for itself. */
#include <inttypes.h>
#include <jansson.h>

#include "tools/latarnia/commands.h"
#include "tools/latarnia/link.h"
#include "tools/latarnia/probe.h"
#include "tools/latarnia/sheet.h"

enum { STATUS_ANSWER_MS = 1000, NUMBER_BYTES = 24 };

struct survey {
    struct probe probes[LINK_PROCESSES];
    uint64_t size; /* the largest anybody knows of */
    bool ready;
};

static void survey(struct survey *s) {
    struct bus *bus = bus_new();
    *s = (struct survey){.ready = true};
    for (int i = 0; i < LINK_PROCESSES; i++) {
        struct probe *p = &s->probes[i];
        probe(bus, link_processes[i], STATUS_ANSWER_MS, p);
        s->ready &= p->ready;
        s->size = p->size > s->size ? p->size : s->size;
    }
    bus_free(bus);
}

static uint64_t lag(const struct survey *s, int i) {
    return s->size > s->probes[i].folded ? s->size - s->probes[i].folded : 0;
}

static const char *state_words(const struct probe *p) {
    if (!p->answered)
        return cli_say("does not answer", "nie odpowiada");
    return p->ready ? cli_say("ready", "gotowe") : cli_say("not ready", "niegotowe");
}

static void print_sheet(const struct survey *s) {
    const struct sheet_column columns[] = {
        {cli_say("Process", "Usługa"), false, false}, {cli_say("State", "Stan"), false, false},
        {cli_say("Folded", "Stan wiedzy"), true, false},
        {cli_say("Log size", "Rozmiar dziennika"), true, false},
        {cli_say("Lag", "Opóźnienie"), true, false}, {cli_say("Note", "Uwaga"), false, true},
    };
    struct sheet *sheet = sheet_new(columns, sizeof columns / sizeof *columns);
    for (int i = 0; i < LINK_PROCESSES; i++) {
        char folded[NUMBER_BYTES] = "", size[NUMBER_BYTES] = "", behind[NUMBER_BYTES] = "";
        const struct probe *p = &s->probes[i];
        if (p->answered) {
            snprintf(folded, sizeof folded, "%" PRIu64, p->folded);
            snprintf(size, sizeof size, "%" PRIu64, p->size);
            snprintf(behind, sizeof behind, "%" PRIu64, lag(s, i));
        }
        sheet_add(sheet, (const char *[]){link_processes[i], state_words(p), folded, size, behind,
                                          p->note});
    }
    sheet_print(sheet, stdout);
}

static json_t *probe_json(const struct survey *s, int i) {
    const struct probe *p = &s->probes[i];
    json_t *out = json_pack("{s:s, s:b, s:b}", "name", link_processes[i], "answers",
                            (int)p->answered, "ready", (int)p->ready);
    if (p->answered) {
        json_object_set_new(out, "folded", json_integer((json_int_t)p->folded));
        json_object_set_new(out, "size", json_integer((json_int_t)p->size));
        json_object_set_new(out, "lag", json_integer((json_int_t)lag(s, i)));
    }
    if (*p->note)
        json_object_set_new(out, "note", json_string(p->note));
    return out;
}

static void print_json(const struct survey *s) {
    json_t *list = json_array();
    for (int i = 0; i < LINK_PROCESSES; i++)
        json_array_append_new(list, probe_json(s, i));
    json_t *all = json_pack("{s:b, s:I, s:o}", "ready", (int)s->ready, "size",
                            (json_int_t)s->size, "processes", list);
    json_dumpf(all, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(all);
}

static bool any_answer(const struct survey *s) {
    for (int i = 0; i < LINK_PROCESSES; i++)
        if (s->probes[i].answered)
            return true;
    return false;
}

int status_main(int argc, char **argv) {
    struct survey s;
    bool json = false;
    cli_parse(argc, argv, take_json, &json);
    survey(&s);
    if (json)
        print_json(&s);
    else
        print_sheet(&s);
    if (!any_answer(&s))
        return cli_fail(CLI_LATER, "nothing answers on %s; start with: latarnia up --data %s",
                        "nic nie odpowiada na %s; uruchom poleceniem: latarnia up --data %s",
                        cli_data(), cli_data());
    return s.ready ? CLI_DONE : CLI_LATER;
}
