#ifndef COMMON_BASE_CIVIL_H
#define COMMON_BASE_CIVIL_H

/*
 * Civil days and legal terms in the Europe/Warsaw calendar (DOMAIN.md 3 "Calendar", AL).
 * A day is a count of days since 1970-01-01; a moment is UTC microseconds since then.
 */
#include "common/base/view.h"

typedef int32_t civil_day;

enum { CIVIL_TEXT_SIZE = 11, MOMENT_TEXT_SIZE = 28 };
#define CIVIL_NEVER INT32_MAX

civil_day civil_from_ymd(int year, int month, int day);
void civil_to_ymd(civil_day when, int *year, int *month, int *day);

/* "2017-03-15"; parse returns 0, or 1 when it is not a day of the calendar 1900..2199. */
int civil_parse(struct text text, civil_day *out);
void civil_format(civil_day when, char out[CIVIL_TEXT_SIZE]);

/* RFC 3339 in UTC with microseconds: "2026-11-23T10:00:00.000000Z"; a bare day is its midnight. */
int moment_parse(struct text text, int64_t *out_us);
void moment_format(int64_t us, char out[MOMENT_TEXT_SIZE]);

/* The civil day in Warsaw at a moment, with the European summer-time rule; and its first moment. */
civil_day civil_in_warsaw(int64_t us);
int64_t civil_midnight_us(civil_day when);

/* 0 = Monday .. 6 = Sunday. */
int civil_weekday(civil_day when);

/* Statutory holidays: fixed and Easter-bound days, 12 November 2018 once, 24 December from 2025. */
bool civil_is_holiday(civil_day when);

/* The day itself, or the next working day when it is a Saturday, a Sunday or a holiday. */
civil_day civil_next_working(civil_day when);

/* A term in days excludes the starting day; a term in months ends on the day with the same number
 * or the last day of that month; both move to a working day. Raw arithmetic without moving: add. */
civil_day term_days(civil_day from, int days);
civil_day term_months(civil_day from, int months);
civil_day term_working_days(civil_day from, int days);
civil_day civil_add_months(civil_day from, int months);

#endif
