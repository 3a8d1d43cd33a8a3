#include "common/base/money.h"

#include "common/base/ensure.h"

enum { ZLOTY_DIGITS = 12, GROSZ_DIGITS = 2 };

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Reads at most `most` digits from *place on; returns how many there were. */
static size_t take_digits(struct text text, size_t *place, size_t most, int64_t *value) {
    size_t count = 0;
    *value = 0;
    while (count < most && *place < text.size && is_digit(text.data[*place])) {
        *value = *value * 10 + (text.data[(*place)++] - '0');
        count++;
    }
    return count;
}

int money_parse(struct text text, int64_t *out_grosz) {
    int64_t zloty, grosz = 0;
    ensure(out_grosz != NULL);
    /* A balance below zero is an overpayment (nadpłata), so the sign is part of an amount. */
    bool negative = text.size > 0 && text.data[0] == '-';
    size_t place = negative;
    if (take_digits(text, &place, ZLOTY_DIGITS, &zloty) == 0)
        return 1;
    if (place < text.size) {
        if (text.data[place] != '.' && text.data[place] != ',')
            return 1;
        place++;
        size_t count = take_digits(text, &place, GROSZ_DIGITS, &grosz);
        if (count == 0 || place < text.size)
            return 1;
        if (count == 1)
            grosz *= 10;
    }
    grosz += zloty * 100;
    *out_grosz = negative ? -grosz : grosz;
    return 0;
}

void money_format(int64_t grosz, char out[MONEY_TEXT_SIZE]) {
    char reversed[MONEY_TEXT_SIZE];
    size_t count = 0;
    /* Negated as unsigned: INT64_MIN has no positive counterpart. */
    uint64_t left = grosz < 0 ? 0 - (uint64_t)grosz : (uint64_t)grosz;
    do {
        if (count == GROSZ_DIGITS)
            reversed[count++] = '.';
        reversed[count++] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0 || count < GROSZ_DIGITS + 2);
    if (grosz < 0)
        reversed[count++] = '-';
    ensure(count < MONEY_TEXT_SIZE);
    for (size_t i = 0; i < count; i++)
        out[i] = reversed[count - 1 - i];
    out[count] = '\0';
}
