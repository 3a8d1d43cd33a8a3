/* "x text", x a kind of plain text that people type: refused, or printed in the one form that reads
 * as the same value again. */
#include <string.h>

#include "common/base/civil.h"
#include "common/base/ensure.h"
#include "common/base/id.h"
#include "common/base/money.h"
#include "tests/fuzz/fuzz.h"
#include "tools/latarnia/moment.h"

static void check_day(struct text in) {
    civil_day day;
    char out[CIVIL_TEXT_SIZE];
    if (civil_parse(in, &day))
        return;
    civil_format(day, out);
    ensure(text_is(in, out));
    ensure(civil_in_warsaw(civil_midnight_us(day)) == day);
    ensure(civil_in_warsaw(civil_midnight_us(day) - 1) == day - 1);
}

static void check_moment(struct text in) {
    int64_t us, again;
    char out[MOMENT_TEXT_SIZE];
    if (moment_parse(in, &us))
        return;
    moment_format(us, out);
    ensure(moment_parse(text_of(out), &again) == 0 && again == us);
}

static void check_money(struct text in) {
    int64_t grosz, again;
    char out[MONEY_TEXT_SIZE];
    if (money_parse(in, &grosz))
        return;
    money_format(grosz, out);
    ensure(money_parse(text_of(out), &again) == 0 && again == grosz);
}

static void check_id(struct text in) {
    struct id id;
    char out[ID_TEXT_SIZE];
    if (id_parse(in, &id))
        return;
    id_format(id, out);
    ensure(text_is(in, out));
}

/* A point in the log on the command line; the number's text has no other form. */
static void check_point(struct text in) {
    char text[64];
    struct moment m;
    if (in.size >= sizeof text)
        return;
    memcpy(text, in.data, in.size);
    text[in.size] = 0;
    if (moment_read(text, &m) == 0)
        ensure(m.position >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct {
        char kind;
        void (*check)(struct text in);
    } kinds[] = {{'d', check_day},
                 {'t', check_moment},
                 {'m', check_money},
                 {'i', check_id},
                 {'p', check_point}};
    for (size_t i = 0; size > 1 && i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].kind == data[0])
            kinds[i].check((struct text){(const char *)data + 2, size - 2});
    return 0;
}
