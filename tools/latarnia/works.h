#ifndef TOOLS_LATARNIA_WORKS_H
#define TOOLS_LATARNIA_WORKS_H

/*
 * What a row of buildings.csv says about the course of the works. Import tells it to the relocation
 * department and simulate lets households live in these buildings, so both read it here.
 *
 * The sources give few days. Assumed, and nowhere else decided:
 *   - a date that is cut to a year or a month is its first day;
 *   - tenants of a municipal tenement in areas 1-8 are told 30 months before the works began, or 48
 *     months before the planned end, or some day from spring 2016 on (by the row's number); never
 *     before February 2015; Ogrodowa 24 was told on 2014-01-16 (T002);
 *   - where only the end is known the works began on the planned day or 18 months before the end;
 *   - an investment is in the schedule 45 days before it is told, and without other dates since the
 *     draft programme was published (T012, 2016-06-13).
 */
#include "common/base/civil.h"
#include "tools/latarnia/import.h"

struct works {
    char key[16];
    int area;            /* 0: unknown */
    int flats;           /* 0: unknown */
    bool is_street;      /* streets, squares and parks: nobody lives there */
    bool is_home;        /* a municipal tenement of areas 1-8: its tenants move out */
    civil_day scheduled; /* entered in the schedule */
    civil_day told;      /* InvestmentAnnounced is recorded */
    civil_day announced; /* the day it names: the census cut-off */
    civil_day planned_start, planned_end;
    civil_day start, end; /* 0: unknown */
};

void works_read(const struct csv_record *record, struct works *out);

/* An institution is known to the team from its first week, or since it exists (valid_from). */
civil_day institution_day(const struct csv_record *record);

/* Splits a line of a register in place, quotes undone; how many of at most CSV_COLUMNS_MAX. */
size_t register_split(char *line, const char **out);

/* "2016", "2016-02" or "2016-02-10"; 0 when it is none of them. */
civil_day works_day(const char *text);

#endif
