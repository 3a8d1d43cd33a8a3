/* Who lives where: the tenements of areas 1-8, their households, and the register of them. */
#include <stdlib.h>
#include <string.h>

#include "common/base/ensure.h"
#include "common/messages/intake.h"
#include "tools/latarnia/simulate_facts.h"
#include "tools/latarnia/simulate_moves.h"

/* ---- the public facts that are built in ---- */

typedef void take_fn(struct sim *s, const struct csv_record *record);

static void read_facts(struct sim *s, const char *const *lines, size_t count, take_fn *take) {
    char header[2048], line[8192];
    struct csv_record record = {.number = 1};
    strncpy(header, lines[0], sizeof header - 1);
    header[sizeof header - 1] = 0;
    record.columns = register_split(header, record.names);
    for (size_t i = 1; i < count; i++) {
        record.number++;
        ensure(strlen(lines[i]) < sizeof line);
        strcpy(line, lines[i]);
        if (register_split(line, record.values) == record.columns)
            take(s, &record);
    }
}

static void take_building(struct sim *s, const struct csv_record *record) {
    struct home_building *b = &s->buildings[s->building_count];
    works_read(record, &b->works);
    if (!b->works.is_home)
        return;
    const struct works *w = &b->works;
    b->id = id_named("building", text_of(w->key));
    b->must_empty = w->start != 0;
    b->deadline = (w->start && w->start < s->last ? w->start : s->last) - 25;
    s->building_count++;
}

static void take_institution(struct sim *s, const struct csv_record *record) {
    struct partner *p = &s->partners[s->partner_count];
    ensure(s->partner_count < PARTNERS_MAX);
    *p = (struct partner){.id = id_named("institution", text_of(csv_value(record,
                                                                          "institution_id")))};
    snprintf(p->kind, sizeof p->kind, "%s", csv_value(record, "kind"));
    snprintf(p->domain, sizeof p->domain, "%s", csv_value(record, "domain"));
    p->from = institution_day(record);
    if (!*csv_value(record, "valid_to"))
        s->partner_count++;
}

/* ---- households ---- */

static int persons_in_a_household(struct sim *s) {
    static const int permille[] = {350, 250, 170, 120, 65, 30, 15};
    int roll = between(s, 0, 999), n = 0;
    while (n < 6 && roll >= permille[n])
        roll -= permille[n++];
    return n + 1;
}

static void make_persons(struct sim *s, struct home *h) {
    int count = persons_in_a_household(s), adults = count == 1 ? 1 : between(s, 1, count > 3 ? 3 : 2);
    for (int i = 0; i < count; i++) {
        struct person *p = &h->persons[h->person_count++];
        bool is_child = i >= adults;
        *p = (struct person){.id = new_id(s)};
        p->role = is_child ? MEMBER_ROLE_child : i == 0 ? MEMBER_ROLE_tenant : MEMBER_ROLE_adult;
        p->born = is_child ? between(s, 1999, 2014) : between(s, count == 1 ? 1932 : 1950, 1992);
    }
}

int persons_of(const struct home *h) {
    int count = 0;
    for (int i = 0; i < h->person_count; i++)
        count += !h->persons[i].is_gone;
    return count;
}

static void make_flat(struct sim *s, struct home *h) {
    int rooms = between(s, 1, h->person_count > 2 ? 3 : 2);
    h->flat = (struct flat){
        .id = new_id(s),
        .rooms = rooms,
        .area = rooms * between(s, 1250, 2200),
        .floor = between(s, 0, 3),
        .wc = chance(s, 700),
        .bath = chance(s, 450),
        .heating = chance(s, 200),
        .gas = chance(s, 600),
    };
}

static void make_home(struct sim *s, struct home_building *b) {
    struct home *h = &s->homes[s->home_count];
    h->number = (unsigned)++s->home_count;
    h->id = new_id(s);
    h->building = b;
    h->registered = civil_next_working(b->works.told + between(s, 4, 24));
    make_persons(s, h);
    make_flat(s, h);
    b->homes++;
}

/* As many flats as the works count; twenty where nobody counted; Ogrodowa 24 has about 100 (F016). */
static unsigned weight_of(const struct home_building *b) {
    if (!strcmp(b->works.key, "B094"))
        return 0;
    return b->works.flats ? (unsigned)b->works.flats : 20;
}

static void fill_buildings(struct sim *s, unsigned households) {
    unsigned ogrodowa = households * 100 / 1200, others = households - ogrodowa, sum = 0, so_far = 0;
    for (size_t i = 0; i < s->building_count; i++)
        sum += weight_of(&s->buildings[i]);
    for (size_t i = 0; i < s->building_count; i++) {
        struct home_building *b = &s->buildings[i];
        unsigned before = so_far * others / sum;
        so_far += weight_of(b);
        unsigned count = weight_of(b) ? so_far * others / sum - before : ogrodowa;
        for (unsigned k = 0; k < count; k++)
            make_home(s, b);
    }
}

int make_homes(struct sim *s, unsigned households) {
    s->buildings = calloc(sim_buildings_count, sizeof *s->buildings);
    s->homes = calloc(households + 1, sizeof *s->homes);
    if (!s->buildings || !s->homes)
        return 1;
    read_facts(s, sim_buildings, sim_buildings_count, take_building);
    read_facts(s, sim_institutions, sim_institutions_count, take_institution);
    fill_buildings(s, households);
    return s->home_count != households;
}

struct partner *partner_of_domain(struct sim *s, const char *domain) {
    struct partner *found[PARTNERS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < s->partner_count; i++)
        if (!strcmp(s->partners[i].domain, domain) && s->partners[i].from < s->today)
            found[count++] = &s->partners[i];
    return count ? found[rng_below(&s->rng, count)] : NULL;
}

/* ---- register.csv ---- */

static const char *role_of_member(int role) {
    return role == MEMBER_ROLE_tenant ? "tenant" : role == MEMBER_ROLE_child ? "child" : "adult";
}

static void write_home(const struct home *h, FILE *out) {
    char day[CIVIL_TEXT_SIZE];
    const struct flat *f = &h->flat;
    civil_format(h->registered, day);
    fprintf(out, "H%04u,%s,%d,%s,%d,", h->number, words_of(h->id).text, h->building->works.area,
            h->building->works.key, h->person_count);
    for (int i = 0; i < h->person_count; i++)
        fprintf(out, "%s%s %s %d", i ? "; " : "", words_of(h->persons[i].id).text,
                role_of_member(h->persons[i].role), h->persons[i].born);
    fprintf(out, ",%s,%s,%d,%d,%d,yes,%s,%s,%s,%s\n", day, words_of(f->id).text, f->area, f->rooms,
            f->floor, f->wc ? "yes" : "", f->bath ? "yes" : "", f->heating ? "yes" : "",
            f->gas ? "yes" : "");
}

int write_register(const struct sim *s, FILE *out) {
    fputs("household_key,household_id,area,building,persons,members,registered_on,dwelling_id,"
          "rooms_area,rooms,floor,water,wc,bath,heating,gas\n",
          out);
    for (size_t i = 0; i < s->home_count; i++)
        write_home(&s->homes[i], out);
    return ferror(out);
}
