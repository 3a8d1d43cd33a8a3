/*
 * The proleptic Gregorian calendar by arithmetic alone: no time zone files, no libc time, so a
 * replay in fifty years moves every term to the same day as today. Years begin in March inside the
 * conversions, which puts the leap day last. Results beyond the type saturate at CIVIL_NEVER, so
 * CIVIL_NEVER plus a term is still never.
 */
#include "common/base/civil.h"

#include "common/base/ensure.h"

#define HOUR_US INT64_C(3600000000)
#define DAY_US (24 * HOUR_US)

enum {
    YEAR_FIRST = 1900,
    YEAR_LAST = 2199,
    GREGORIAN_FIRST = 1583,
    DAYS_OF_ERA = 146097,      /* 400 years */
    DAYS_BEFORE_1970 = 719468, /* from 0000-03-01 */
    MONDAY_TO_EPOCH = 3,       /* 1970-01-01 was a Thursday */
    SATURDAY = 5,
    EVER = 0, /* no bound on the years of a holiday */
    EASTER_FIRST = 3, EASTER_LAST = 6, /* months: Easter from 22 March, Corpus Christi to 24 June */
};

/* Act on days free from work (18 Jan 1951, as amended); a row says in which years it holds. */
static const struct fixed_holiday {
    int month, day, year_from, year_until;
} fixed_holidays[] = {
    {1, 1, EVER, EVER},   /* Nowy Rok */
    {1, 6, 2011, EVER},   /* Trzech Króli */
    {5, 1, EVER, EVER},   /* Święto Państwowe */
    {5, 3, EVER, EVER},   /* Święto Narodowe Trzeciego Maja */
    {8, 15, EVER, EVER},  /* Wniebowzięcie NMP */
    {11, 1, EVER, EVER},  /* Wszystkich Świętych */
    {11, 11, EVER, EVER}, /* Narodowe Święto Niepodległości */
    {11, 12, 2018, 2018}, /* its centenary */
    {12, 24, 2025, EVER}, /* Wigilia */
    {12, 25, EVER, EVER}, /* first day of Christmas */
    {12, 26, EVER, EVER}, /* second day of Christmas */
};

/* Days after Easter Sunday: itself, Easter Monday, Pentecost, Corpus Christi. */
static const int easter_holidays[] = {0, 1, 49, 60};

static int64_t floor_divide(int64_t value, int64_t by) {
    return value / by - (value % by < 0);
}

static int64_t floor_modulo(int64_t value, int64_t by) {
    int64_t rest = value % by;
    return rest < 0 ? rest + by : rest;
}

static civil_day saturate(int64_t day) {
    if (day > CIVIL_NEVER)
        return CIVIL_NEVER;
    return day < INT32_MIN ? INT32_MIN : (civil_day)day;
}

civil_day civil_from_ymd(int year, int month, int day) {
    ensure(month >= 1 && month <= 12);
    int64_t years = (int64_t)year - (month <= 2), era = floor_divide(years, 400);
    int64_t year_of_era = years - era * 400;
    int64_t day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + (int64_t)day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return saturate(era * DAYS_OF_ERA + day_of_era - DAYS_BEFORE_1970);
}

void civil_to_ymd(civil_day when, int *year, int *month, int *day) {
    int64_t days = (int64_t)when + DAYS_BEFORE_1970, era = floor_divide(days, DAYS_OF_ERA);
    int64_t day_of_era = days - era * DAYS_OF_ERA;
    int64_t leap_days = day_of_era / 1460 - day_of_era / 36524 + day_of_era / (DAYS_OF_ERA - 1);
    int64_t year_of_era = (day_of_era - leap_days) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * march_month + 2) / 5 + 1);
    *month = (int)(march_month < 10 ? march_month + 3 : march_month - 9);
    *year = (int)(year_of_era + era * 400 + (*month <= 2));
    ensure(*month >= 1 && *month <= 12);
    ensure(*day >= 1 && *day <= 31);
}

static int days_in_month(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    ensure(month >= 1 && month <= 12);
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

/* Exactly `count` digits at `at`, or -1. */
static int read_number(const char *at, int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (at[i] < '0' || at[i] > '9')
            return -1;
        value = value * 10 + (at[i] - '0');
    }
    return value;
}

static char *write_number(char *at, int value, int count) {
    for (int i = count - 1; i >= 0; i--) {
        at[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return at + count;
}

int civil_parse(struct text text, civil_day *out) {
    if (text.size != CIVIL_TEXT_SIZE - 1 || text.data[4] != '-' || text.data[7] != '-')
        return 1;
    int year = read_number(text.data, 4), month = read_number(text.data + 5, 2);
    int day = read_number(text.data + 8, 2);
    if (year < YEAR_FIRST || year > YEAR_LAST || month < 1 || month > 12)
        return 1;
    if (day < 1 || day > days_in_month(year, month))
        return 1;
    *out = civil_from_ymd(year, month, day);
    return 0;
}

/* A day whose year has not four digits, CIVIL_NEVER above all, is written as dashes. */
static char *write_day(char *at, civil_day when) {
    int year, month, day;
    civil_to_ymd(when, &year, &month, &day);
    if (year < 0 || year > 9999) {
        memset(at, '-', CIVIL_TEXT_SIZE - 1);
        return at + CIVIL_TEXT_SIZE - 1;
    }
    at = write_number(at, year, 4);
    *at++ = '-';
    at = write_number(at, month, 2);
    *at++ = '-';
    return write_number(at, day, 2);
}

void civil_format(civil_day when, char out[CIVIL_TEXT_SIZE]) {
    *write_day(out, when) = '\0';
}

/* ".5Z" to ".123456Z": what may follow the seconds; the microseconds, or -1. */
static int64_t read_fraction(const char *at, size_t size) {
    int64_t us = 0, unit = 100000;
    if (size == 1)
        return at[0] == 'Z' ? 0 : -1;
    if (size < 3 || size > 8 || at[0] != '.' || at[size - 1] != 'Z')
        return -1;
    for (size_t i = 1; i < size - 1; i++, unit /= 10) {
        int digit = read_number(at + i, 1);
        if (digit < 0)
            return -1;
        us += digit * unit;
    }
    return us;
}

/* "T10:00:00Z" with an optional fraction: microseconds since midnight, or -1. A leap second is
 * refused: the count of microseconds has no room for it. */
static int64_t read_time(const char *at, size_t size) {
    if (size < 10 || at[0] != 'T' || at[3] != ':' || at[6] != ':')
        return -1;
    int hour = read_number(at + 1, 2), minute = read_number(at + 4, 2);
    int second = read_number(at + 7, 2);
    int64_t us = read_fraction(at + 9, size - 9);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || us < 0)
        return -1;
    return ((hour * 60 + minute) * 60 + second) * INT64_C(1000000) + us;
}

int moment_parse(struct text text, int64_t *out_us) {
    const size_t date_size = CIVIL_TEXT_SIZE - 1;
    civil_day day;
    int64_t us = 0;
    if (text.size < date_size || civil_parse((struct text){text.data, date_size}, &day))
        return 1;
    if (text.size > date_size)
        us = read_time(text.data + date_size, text.size - date_size);
    if (us < 0)
        return 1;
    *out_us = day * DAY_US + us;
    return 0;
}

void moment_format(int64_t us, char out[MOMENT_TEXT_SIZE]) {
    int64_t rest = floor_modulo(us, DAY_US);
    int seconds = (int)(rest / 1000000);
    char *at = write_day(out, (civil_day)floor_divide(us, DAY_US));
    *at++ = 'T';
    at = write_number(at, seconds / 3600, 2);
    *at++ = ':';
    at = write_number(at, seconds / 60 % 60, 2);
    *at++ = ':';
    at = write_number(at, seconds % 60, 2);
    *at++ = '.';
    at = write_number(at, (int)(rest % 1000000), 6);
    *at++ = 'Z';
    *at = '\0';
    ensure(at - out == MOMENT_TEXT_SIZE - 1);
}

static civil_day last_sunday(int year, int month) {
    civil_day last = civil_from_ymd(year, month, days_in_month(year, month));
    return last - (civil_weekday(last) + 1) % 7;
}

/* Directive 2000/84/EC: summer time from the last Sunday of March to the last Sunday of October,
 * both at 01:00 UTC. Poland's own dates before 1996 are not kept: the programme began in 2016. */
static int64_t warsaw_offset_us(civil_day utc_day, int64_t us_of_day) {
    int year, month, day;
    civil_to_ymd(utc_day, &year, &month, &day);
    if (month < 3 || month > 10)
        return HOUR_US;
    if (month > 3 && month < 10)
        return 2 * HOUR_US;
    civil_day change = last_sunday(year, month);
    bool after = utc_day > change || (utc_day == change && us_of_day >= HOUR_US);
    return after == (month == 3) ? 2 * HOUR_US : HOUR_US;
}

civil_day civil_in_warsaw(int64_t us) {
    civil_day day = (civil_day)floor_divide(us, DAY_US);
    int64_t us_of_day = floor_modulo(us, DAY_US);
    return day + (us_of_day + warsaw_offset_us(day, us_of_day) >= DAY_US);
}

int64_t civil_midnight_us(civil_day when) {
    if (when >= INT64_MAX / DAY_US)
        return INT64_MAX;
    if (when <= INT64_MIN / DAY_US)
        return INT64_MIN;
    /* The clocks never change between 22:00 and 23:00 UTC, so winter's midnight asks for both. */
    return when * DAY_US - warsaw_offset_us(when - 1, 23 * HOUR_US);
}

int civil_weekday(civil_day when) {
    return (int)floor_modulo((int64_t)when + MONDAY_TO_EPOCH, 7);
}

/* Computus: the Sunday after the paschal full moon, which falls on 21 March or up to 28 days later;
 * the epact is corrected for the centuries' leap days and for the drift of the 19-year cycle. */
static civil_day easter_sunday(int year) {
    int golden = year % 19, century = year / 100;
    int correction = century - century / 4 - (8 * century + 13) / 25;
    int moon = (19 * golden + correction + 15) % 30;
    if (moon == 29 || (moon == 28 && golden > 10))
        moon--;
    civil_day full_moon = civil_from_ymd(year, 3, 21) + moon;
    return full_moon + 7 - (civil_weekday(full_moon) + 1) % 7;
}

static bool is_easter_holiday(int year, civil_day when) {
    if (year < GREGORIAN_FIRST)
        return false;
    civil_day sunday = easter_sunday(year);
    for (size_t i = 0; i < sizeof easter_holidays / sizeof *easter_holidays; i++)
        if (when == sunday + easter_holidays[i])
            return true;
    return false;
}

bool civil_is_holiday(civil_day when) {
    int year, month, day;
    civil_to_ymd(when, &year, &month, &day);
    for (size_t i = 0; i < sizeof fixed_holidays / sizeof *fixed_holidays; i++) {
        const struct fixed_holiday *row = &fixed_holidays[i];
        bool in_years = (row->year_from == EVER || row->year_from <= year) &&
                        (row->year_until == EVER || year <= row->year_until);
        if (row->month == month && row->day == day && in_years)
            return true;
    }
    return month >= EASTER_FIRST && month <= EASTER_LAST && is_easter_holiday(year, when);
}

static bool is_working(civil_day when) {
    return civil_weekday(when) < SATURDAY && !civil_is_holiday(when);
}

civil_day civil_next_working(civil_day when) {
    while (when != CIVIL_NEVER && !is_working(when))
        when++;
    return when;
}

static civil_day add_days(civil_day from, int days) {
    return from == CIVIL_NEVER ? CIVIL_NEVER : saturate((int64_t)from + days);
}

civil_day civil_add_months(civil_day from, int months) {
    int year, month, day;
    if (from == CIVIL_NEVER)
        return CIVIL_NEVER;
    civil_to_ymd(from, &year, &month, &day);
    int64_t total = (int64_t)year * 12 + (month - 1) + months;
    year = (int)floor_divide(total, 12);
    month = (int)floor_modulo(total, 12) + 1;
    int last = days_in_month(year, month);
    return civil_from_ymd(year, month, day < last ? day : last);
}

civil_day term_days(civil_day from, int days) {
    return civil_next_working(add_days(from, days));
}

civil_day term_months(civil_day from, int months) {
    return civil_next_working(civil_add_months(from, months));
}

civil_day term_working_days(civil_day from, int days) {
    civil_day when = civil_next_working(add_days(from, days > 0));
    while (days-- > 1)
        when = civil_next_working(add_days(when, 1));
    return when;
}
