#include "tests/unit/codec/sample.h"

#include "common/messages/envelope.h"

#include "common/codec/schema_tables.h"
#include "tests/unit/codec/sample.def"
#include "common/codec/schema_end.h"

static const struct sample_item items[] = {
    {.colour = COLOUR_amber, .amount = -250},
    {.colour = COLOUR_red},
};

struct Sample sample_full(void) {
    return (struct Sample){
        .person = {{1, 0x90, 2}},
        .day = 17240,
        .moment = 1500000000000000,
        .amount = 123450,
        .count = -5,
        .share = 375000,
        .urgent = true,
        .colour = COLOUR_green,
        .note = text_of("Łódź"),
        .proof = bytes_of("\x00\xff", 2),
        .items = {items, 2},
        .late = INT64_MAX,
        .agreed = true,
    };
}
