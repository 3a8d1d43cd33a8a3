#include "tools/latarnia/works.h"

#include <stdlib.h>
#include <string.h>

civil_day works_day(const char *text) {
    char whole[CIVIL_TEXT_SIZE] = "0000-01-01";
    size_t size = strlen(text);
    civil_day day;
    if (size != 4 && size != 7 && size != 10)
        return 0;
    memcpy(whole, text, size);
    return civil_parse(text_of(whole), &day) ? 0 : day;
}

static bool is_one_of(const char *text, const char *const *words) {
    for (; *words; words++)
        if (!strcmp(text, *words))
            return true;
    return false;
}

static bool is_street(const char *kind) {
    return is_one_of(kind, (const char *const[]){"street", "public_space", "park", "courtyard",
                                                 NULL});
}

static bool is_home(const struct csv_record *r, int area) {
    return area >= 1 && area <= 8 && !strcmp(csv_value(r, "kind"), "tenement") &&
           is_one_of(csv_value(r, "ownership"),
                     (const char *const[]){"municipal", "municipal company", NULL}) &&
           is_one_of(csv_value(r, "programme"), (const char *const[]){"ROCL", "LSI", NULL});
}

static civil_day between(civil_day day, civil_day first, civil_day last) {
    return day < first ? first : day > last ? last : day;
}

/* Only the end is known: see works.h. */
static civil_day assumed_start(const struct works *w) {
    if (w->start || !w->end)
        return w->start;
    return w->planned_start ? w->planned_start : civil_add_months(w->end, -18);
}

static civil_day told_on(const struct works *w) {
    const civil_day first = civil_from_ymd(2015, 2, 2), last = civil_from_ymd(2017, 5, 31);
    int number = atoi(w->key + 1);
    civil_day day = civil_from_ymd(2016, 3, 1) + number * 397 % 640;
    if (w->start)
        day = between(civil_add_months(w->start, -30), first, last);
    else if (w->planned_end)
        day = between(civil_add_months(w->planned_end, -48), first, civil_from_ymd(2018, 3, 30));
    return civil_next_working(day);
}

static civil_day earliest_known(const struct works *w, const struct csv_record *r) {
    civil_day known[] = {w->planned_start, w->start, works_day(csv_value(r, "status_date")),
                         w->planned_end, w->end};
    civil_day first = CIVIL_NEVER;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i] && known[i] < first)
            first = known[i];
    return first;
}

/* Project 9 came later; everything else was in the draft programme at the latest. */
static civil_day scheduled_on(const struct works *w, const struct csv_record *r) {
    const civil_day draft = civil_from_ymd(2016, 6, 13), bureau = civil_from_ymd(2015, 1, 5);
    civil_day known = earliest_known(w, r);
    if (w->area == 9 && known != CIVIL_NEVER)
        return known;
    if (w->is_home)
        return between(w->told - 45, bureau, w->told);
    return known < draft ? between(known, bureau, draft) : draft;
}

void works_read(const struct csv_record *r, struct works *w) {
    *w = (struct works){0};
    strncpy(w->key, csv_value(r, "building_id"), sizeof w->key - 1);
    w->area = atoi(csv_value(r, "area"));
    w->flats = atoi(csv_value(r, "flats_municipal"));
    w->is_street = is_street(csv_value(r, "kind"));
    w->is_home = is_home(r, w->area);
    w->planned_start = works_day(csv_value(r, "planned_start"));
    w->planned_end = works_day(csv_value(r, "planned_end"));
    w->start = works_day(csv_value(r, "actual_start"));
    w->end = works_day(csv_value(r, "actual_end"));
    w->start = assumed_start(w);
    if (w->is_home)
        w->announced = w->told = told_on(w);
    if (!strcmp(w->key, "B094")) {
        w->told = civil_from_ymd(2015, 2, 2);
        w->announced = civil_from_ymd(2014, 1, 16);
    }
    w->scheduled = scheduled_on(w, r);
}

civil_day institution_day(const struct csv_record *record) {
    civil_day team = civil_from_ymd(2017, 1, 10);
    civil_day from = works_day(csv_value(record, "valid_from"));
    return from > team ? from : team;
}

size_t register_split(char *line, const char **out) {
    size_t count = 0;
    for (char *at = line; count < CSV_COLUMNS_MAX;) {
        bool is_quoted = *at == '"';
        char *to = at += is_quoted;
        out[count++] = at;
        while (*at && (is_quoted ? *at != '"' || at[1] == '"' : *at != ',')) {
            at += is_quoted && *at == '"';
            *to++ = *at++;
        }
        at += is_quoted && *at == '"';
        bool is_last = *at != ',';
        *to = 0;
        if (is_last)
            break;
        at++;
    }
    return count;
}
