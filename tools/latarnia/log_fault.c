#include "tools/latarnia/log_fault.h"

#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "tools/latarnia/chain.h"
#include "tools/latarnia/cli.h"

static const char *polish_text(enum verify_outcome outcome) {
    switch (outcome) {
    case VERIFY_SOUND:
        return "wszystko się zgadza";
    case VERIFY_EMPTY:
        return "tu nie ma dziennika";
    case VERIFY_RECORD:
        return "brak wpisu albo nie jest tym, który dopisano";
    case VERIFY_ROOT:
        return "wpisy nie dają zapisanego korzenia";
    case VERIFY_ENVIRONMENT:
        return "plik LMDB jest uszkodzony";
    case VERIFY_CHECKPOINT:
        return "podpisana głowa nie należy do tego dziennika";
    case VERIFY_SEGMENT:
        return "segment jest uszkodzony albo nie jest kontynuacją dziennika";
    case VERIFY_SHORTER:
        return "brakuje wpisów, o których mówi wcześniejsze poświadczenie";
    case VERIFY_OTHER:
        return "to nie jest dziennik, o którym mówi wcześniejsze poświadczenie";
    case VERIFY_CHECK:
        return "wpis łamie regułę swojej warstwy";
    }
    return verify_text(outcome);
}

void log_fault(const struct verify_report *v, char out[LOG_FAULT_BYTES]) {
    const char *text = cli_say(verify_text(v->outcome), polish_text(v->outcome));
    if (v->outcome == VERIFY_CHECK)
        snprintf(out, LOG_FAULT_BYTES,
                 cli_say("the record at position %" PRIu64 " %s", "wpis na pozycji %" PRIu64 " %s"),
                 v->position, chain_text((enum chain_fault)v->detail));
    else if (v->position)
        snprintf(out, LOG_FAULT_BYTES,
                 cli_say("position %" PRIu64 ": %s", "pozycja %" PRIu64 ": %s"), v->position, text);
    else
        snprintf(out, LOG_FAULT_BYTES, "%s", text);
}

const struct note_key *log_fault_key(struct note_key *key) {
    int dir = open(cli_data(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int r = dir < 0 ? 1 : note_key_load(dir, "log.key", key);
    if (dir >= 0)
        close(dir);
    return r ? NULL : key;
}
