/* Values between text and number, and what is said when they do not fit. */
#include "common/service/config_value.h"

#include <inttypes.h>
#include <string.h>

struct unit {
    const char *name;
    int64_t factor;
};

/* Largest first, so that a value is written in the largest unit that divides it. */
static const struct unit bytes[] = {{"T", 1LL << 40}, {"G", 1LL << 30}, {"M", 1LL << 20},
                                    {"K", 1LL << 10}, {"", 1},          {NULL, 0}};
static const struct unit span[] = {{"s", 1000}, {"ms", 1}, {NULL, 0}};
static const struct unit plain[] = {{"", 1}, {NULL, 0}};
static const struct unit level[] = {{"error", DIAG_ERROR},
                                    {"warning", DIAG_WARNING},
                                    {"notice", DIAG_NOTICE},
                                    {"debug", DIAG_DEBUG},
                                    {NULL, 0}};

static const struct unit *units_of(enum config_kind kind) {
    static const struct unit *const units[] = {[CONFIG_COUNT] = plain,
                                               [CONFIG_PERCENT] = plain,
                                               [CONFIG_BYTES] = bytes,
                                               [CONFIG_SPAN] = span,
                                               [CONFIG_LEVEL] = level};
    return units[kind];
}

static int64_t factor_of(const struct unit *units, const char *name) {
    for (; units->name; units++)
        if (strcmp(units->name, name) == 0)
            return units->factor;
    return 0;
}

/* Digits without a sign, at most 15 of them: no overflow before the factor. */
static const char *read_digits(const char *text, int64_t *out) {
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 15)
        return NULL;
    *out = 0;
    for (size_t i = 0; i < digits; i++)
        *out = *out * 10 + (text[i] - '0');
    return text + digits;
}

int config_value_read(const struct config_entry *e, const char *text, int64_t *out) {
    int64_t number = 1, factor;
    const char *unit = e->kind == CONFIG_LEVEL ? text : read_digits(text, &number);
    if (!unit)
        return 1;
    factor = factor_of(units_of(e->kind), unit);
    if (factor == 0 || number > e->most / factor || number * factor < e->least)
        return 1;
    *out = number * factor;
    return 0;
}

void config_value_text(const struct config_entry *e, int64_t value, char out[CONFIG_VALUE_BYTES]) {
    const struct unit *u = units_of(e->kind);
    if (e->kind == CONFIG_LEVEL) {
        while (u->name && u->factor != value)
            u++;
        snprintf(out, CONFIG_VALUE_BYTES, "%s", u->name ? u->name : "?");
        return;
    }
    while (u[1].name && (value % u->factor != 0 || value < u->factor))
        u++;
    snprintf(out, CONFIG_VALUE_BYTES, "%" PRId64 "%s", value / u->factor, u->name);
}

void config_allowed_text(const struct config_entry *e, bool polish, char out[CONFIG_TEXT_BYTES]) {
    static const char *const written[][2] = {
        [CONFIG_COUNT] = {"a number", "liczba"},
        [CONFIG_PERCENT] = {"a number", "liczba"},
        [CONFIG_BYTES] = {"a size such as 64M or 2G", "rozmiar, np. 64M lub 2G"},
        [CONFIG_SPAN] = {"a time such as 100ms or 10s", "czas, np. 100ms lub 10s"},
    };
    char least[CONFIG_VALUE_BYTES], most[CONFIG_VALUE_BYTES];
    if (e->kind == CONFIG_LEVEL) {
        snprintf(out, CONFIG_TEXT_BYTES, "error, warning, notice, debug");
        return;
    }
    config_value_text(e, e->least, least);
    config_value_text(e, e->most, most);
    snprintf(out, CONFIG_TEXT_BYTES, polish ? "%s od %s do %s" : "%s from %s to %s",
             written[e->kind][polish], least, most);
}

static void list_names(const char *section, char *out, size_t size) {
    size_t used = 0;
    out[0] = 0;
    for (int i = 0; i < CONFIG_KEYS && used < size; i++) {
        const struct config_entry *e = &config_entries[i];
        bool first = i == 0 || strcmp(e->section, config_entries[i - 1].section) != 0;
        if (section ? strcmp(e->section, section) != 0 : !first)
            continue;
        used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "",
                                 section ? e->name : e->section);
    }
}

static void what_is_wrong(const struct config_problem *p, bool polish, char *out, size_t size) {
    char allowed[CONFIG_TEXT_BYTES];
    switch (p->fault) {
    case CONFIG_SYNTAX:
        snprintf(out, size, "%s",
                 polish ? "oczekiwano [sekcji] albo klucz = wartość"
                        : "expected [section] or key = value");
        return;
    case CONFIG_SECTION:
        list_names(NULL, allowed, sizeof allowed);
        snprintf(out, size,
                 polish ? "nie ma sekcji [%.40s]; są: %s"
                        : "there is no section [%.40s]; there are: %s",
                 p->section, allowed);
        return;
    case CONFIG_KEY:
        list_names(p->section, allowed, sizeof allowed);
        snprintf(out, size,
                 polish ? "[%.40s] nie ma klucza '%.40s'; są: %s"
                        : "[%.40s] has no key '%.40s'; there are: %s",
                 p->section, p->name, allowed);
        return;
    case CONFIG_TWICE:
        snprintf(out, size,
                 polish ? "'%.40s' stoi już w wierszu %d; zostaw jeden"
                        : "'%.40s' stands on line %d already; keep one of them",
                 p->name, p->earlier);
        return;
    case CONFIG_VALUE:
        config_allowed_text(p->entry, polish, allowed);
        snprintf(out, size,
                 polish ? "'%.40s' nie pasuje do klucza '%s'; dozwolone: %s"
                        : "'%.40s' does not fit the key '%s'; allowed: %s",
                 p->value, p->name, allowed);
        return;
    }
}

void config_problem_text(const struct config_problem *p, bool polish, char out[CONFIG_TEXT_BYTES]) {
    int size = snprintf(out, CONFIG_TEXT_BYTES, "%.150s:%d: ", p->path, p->line);
    what_is_wrong(p, polish, out + size, (size_t)(CONFIG_TEXT_BYTES - size));
}
