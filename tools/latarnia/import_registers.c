/*
 * The registers that import knows, by the name of their first column, and what each row says: areas,
 * buildings and works, institutions, and the register of households. Days that the sources do not
 * give are assumed in works.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/latarnia/import.h"
#include "tools/latarnia/works.h"

/* ---- one command of a row ---- */

struct row {
    struct import *im;
    const struct csv_record *record;
    const char *kind, *key;
};

static json_t *id_text(struct id id) {
    char text[ID_TEXT_SIZE];
    id_format(id, text);
    return json_string(text);
}

static json_t *day_text(civil_day day) {
    char text[CIVIL_TEXT_SIZE];
    civil_format(day, text);
    return json_string(text);
}

/* The same row of the same file is the same command, however often it is sent. */
static json_t *command_id(const struct row *r, const char *event) {
    char space[32], name[64];
    snprintf(space, sizeof space, "import/%s", r->kind);
    snprintf(name, sizeof name, "%s/%s", r->key, event);
    return id_text(id_named(space, text_of(name)));
}

static void tell(const struct row *r, const char *event, const char *as, const char *stream,
                 civil_day day, json_t *fields) {
    json_t *command = json_pack("{s:o,s:s,s:s,s:s,s:o,s:o}", "id", command_id(r, event), "command",
                                event, "stream", stream, "as", as, "on", day_text(day), "fields",
                                fields);
    import_add(r->im, r->record->file, r->record->number, command);
    json_decref(command);
}

static void malformed(const struct row *r, const char *column, const char *sentence) {
    import_report(r->im, r->record->file, r->record->number, column, "MALFORMED", sentence);
}

/* ---- fields ---- */

/* Cut to `most` bytes, between characters. */
static void set_text(json_t *fields, const char *name, const char *text, size_t most) {
    struct text cut = text_cut(text_of(text), most);
    if (cut.size)
        json_object_set_new(fields, name, json_stringn(cut.data, cut.size));
}

static void set_column(json_t *fields, const char *name, const struct row *r, const char *column,
                       size_t most) {
    set_text(fields, name, csv_value(r->record, column), most);
}

static void set_day(json_t *fields, const char *name, civil_day day) {
    if (day)
        json_object_set_new(fields, name, day_text(day));
}

static void set_int(json_t *fields, const char *name, long value) {
    if (value)
        json_object_set_new(fields, name, json_integer(value));
}

static void set_flag(json_t *fields, const char *name, bool value) {
    if (value)
        json_object_set_new(fields, name, json_true());
}

static void set_money(json_t *fields, const char *name, const char *zloty) {
    char amount[40];
    if (!*zloty)
        return;
    snprintf(amount, sizeof amount, "%s%s", zloty, strchr(zloty, '.') ? "" : ".00");
    json_object_set_new(fields, name, json_string(amount));
}

/* ---- areas.csv ---- */

static void take_area(struct import *im, const struct csv_record *record) {
    struct row r = {im, record, "areas", csv_value(record, "area")};
    json_t *fields = json_object();
    char stream[32];
    const char *hectares = csv_value(record, "hectares");
    civil_day agreement = works_day(csv_value(record, "agreement_date"));
    snprintf(stream, sizeof stream, "area/%s", r.key);
    set_column(fields, "name", &r, "name_pl", 120);
    set_column(fields, "streets", &r, "boundary_streets_pl", 300);
    if (*hectares)
        json_object_set_new(fields, "hectares", json_real(strtod(hectares, NULL)));
    set_day(fields, "agreement", agreement);
    set_column(fields, "source", &r, "source_id", 60);
    tell(&r, "AreaDescribed", "BIURO:unit/biuro", stream,
         agreement ? agreement : civil_from_ymd(2017, 8, 29), fields);
}

/* ---- buildings.csv ---- */

static void schedule(const struct row *r, const struct works *w, const char *stream) {
    json_t *fields = json_pack("{s:s}", "kind", w->is_street ? "street" : "building");
    set_int(fields, "area", w->area);
    set_column(fields, "title", r, "address", 160);
    set_day(fields, "planned_start", w->planned_start);
    set_day(fields, "planned_end", w->planned_end);
    set_money(fields, "cost", csv_value(r->record, "cost_pln"));
    if (w->is_home)
        set_text(fields, "zone", "zone/ssr-lodz", 36);
    set_column(fields, "source", r, "source_id", 60);
    tell(r, "InvestmentScheduled", "BIURO:unit/biuro", stream, w->scheduled, fields);
}

static void take_building(struct import *im, const struct csv_record *record) {
    struct row r = {im, record, "buildings", csv_value(record, "building_id")};
    struct works w;
    char stream[48];
    works_read(record, &w);
    snprintf(stream, sizeof stream, "building/%s", r.key);
    schedule(&r, &w, stream);
    if (w.is_home) {
        json_t *fields = json_pack("{s:o,s:i}", "announced", day_text(w.announced), "area", w.area);
        tell(&r, "InvestmentAnnounced", "BIURO:unit/biuro", stream, w.told, fields);
    }
    if (w.start)
        tell(&r, "WorksStarted", "BIURO:unit/biuro", stream,
             w.start > w.scheduled ? w.start : w.scheduled, json_object());
    if (w.end) {
        json_t *fields = json_object();
        set_money(fields, "cost", csv_value(record, "cost_pln"));
        tell(&r, "WorksCompleted", "BIURO:unit/biuro", stream, w.end, fields);
    }
}

/* ---- institutions.csv ---- */

/* Both kinds of contact (S1), as posts: nobody is named. */
static json_t *posts(void) {
    return json_pack("[{s:s,s:s},{s:s,s:s}]", "level", "front", "post",
                     "pracownik pierwszego kontaktu", "level", "decision", "post",
                     "kierownik jednostki");
}

static void take_institution(struct import *im, const struct csv_record *record) {
    struct row r = {im, record, "institutions", csv_value(record, "institution_id")};
    json_t *fields = json_object();
    char stream[48];
    snprintf(stream, sizeof stream, "institution/%s", r.key);
    set_text(fields, "key", r.key, 16);
    set_column(fields, "name", &r, "name_pl", 160);
    set_column(fields, "domain", &r, "domain", 40);
    set_column(fields, "kind", &r, "kind", 40);
    set_int(fields, "area", atoi(csv_value(record, "area")));
    json_object_set_new(fields, "posts", posts());
    set_column(fields, "source", &r, "source_id", 60);
    tell(&r, "PartnerIdentified", "BIURO:unit/biuro", stream, institution_day(record), fields);
}

/* ---- register.csv: households that are to be relocated, without names ---- */

/* "ID tenant 1961; ID child 2009"; NULL when it is not. */
static json_t *members_of(const char *text) {
    json_t *list = json_array();
    for (const char *at = text; *at;) {
        char id[ID_TEXT_SIZE], role[16];
        int born, size;
        if (sscanf(at, "%36s %15s %d%n", id, role, &born, &size) != 3) {
            json_decref(list);
            return NULL;
        }
        json_array_append_new(list, json_pack("{s:s,s:s,s:i}", "person", id, "role", role,
                                              "born_year", born));
        at += size;
        at += strspn(at, "; ");
    }
    return list;
}

static void register_dwelling(const struct row *r, civil_day day) {
    static const char *const flags[] = {"water", "wc", "bath", "heating", "gas"};
    const struct csv_record *record = r->record;
    json_t *fields = json_pack("{s:i}", "rooms_area", atoi(csv_value(record, "rooms_area")));
    char building[64];
    snprintf(building, sizeof building, "building/%s", csv_value(record, "building"));
    set_text(fields, "building", building, 60);
    set_int(fields, "rooms", atoi(csv_value(record, "rooms")));
    set_int(fields, "floor", atoi(csv_value(record, "floor")));
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        set_flag(fields, flags[i], !strcmp(csv_value(record, flags[i]), "yes"));
    set_flag(fields, "occupied", true);
    tell(r, "DwellingRegistered", "BIURO:unit/biuro", csv_value(record, "dwelling_id"), day,
         fields);
}

/* Residence and title are the municipal dwellings board's to say: since it exists (A57). */
static void settle_in(const struct row *r, civil_day day) {
    const char *household = csv_value(r->record, "household_id");
    const char *dwelling = csv_value(r->record, "dwelling_id");
    if (day < civil_from_ymd(2016, 4, 1))
        return;
    json_t *residence = json_pack("{s:s}", "dwelling", dwelling);
    set_int(residence, "area", atoi(csv_value(r->record, "area")));
    tell(r, "ResidenceStarted", "ZLM:unit/zlm", household, day, residence);
    tell(r, "TenancyLinked", "ZLM:unit/zlm", household, day,
         json_pack("{s:s}", "dwelling", dwelling));
}

static void take_household(struct import *im, const struct csv_record *record) {
    struct row r = {im, record, "register", csv_value(record, "household_key")};
    civil_day day = works_day(csv_value(record, "registered_on"));
    json_t *members = members_of(csv_value(record, "members"));
    if (!day || !members) {
        malformed(&r, day ? "members" : "registered_on",
                  day ? "expected ID ROLE YEAR; ID ROLE YEAR" : "expected a day as 2018-03-05");
        json_decref(members);
        return;
    }
    register_dwelling(&r, day);
    tell(&r, "HouseholdRegistered", "BIURO:unit/biuro", csv_value(record, "household_id"), day,
         json_pack("{s:o}", "persons", members));
    settle_in(&r, day);
}

import_register_fn *import_register(const char *first_column) {
    static const struct {
        const char *column;
        import_register_fn *take;
    } registers[] = {{"area", take_area},
                     {"building_id", take_building},
                     {"institution_id", take_institution},
                     {"household_key", take_household}};
    for (size_t i = 0; i < sizeof registers / sizeof *registers; i++)
        if (!strcmp(first_column, registers[i].column))
            return registers[i].take;
    return NULL;
}
