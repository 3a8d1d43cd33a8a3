/* kill_town --suite NAME [--seed N] [--kills N] [--voices N] [--only PROCESS]
 * [--bin DIR]: prints its seed and its figures; leaves the data directory when it fails. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/kill/suites.h"

static const char *option(int argc, char **argv, const char *name, const char *otherwise) {
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return argv[i + 1];
    return otherwise;
}

static const struct {
    const char *name;
    suite *run;
} suites[] = {
    {"single", suite_single}, {"system", suite_system}, {"storm", suite_storm},
    {"full", suite_full},     {"up", suite_up},         {"edges", suite_edges},
};

int main(int argc, char **argv) {
    const char *name = option(argc, argv, "--suite", "single");
    const char *seed = option(argc, argv, "--seed", "");
    struct wish wish = {
        .bin = option(argc, argv, "--bin", KILL_BIN_DIR),
        .seed = *seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL),
        .kills = (unsigned)strtoul(option(argc, argv, "--kills", "0"), NULL, 10),
        .only = option(argc, argv, "--only", NULL),
        .voices = (unsigned)strtoul(option(argc, argv, "--voices", "0"), NULL, 10),
    };
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (size_t i = 0; i < sizeof suites / sizeof *suites; i++) {
        if (strcmp(name, suites[i].name) != 0)
            continue;
        printf("kill_town --suite %s --seed %" PRIu64 "\n", name, wish.seed);
        suites[i].run(&wish);
        return 0;
    }
    fprintf(stderr, "kill_town: there is no suite %s\n", name);
    return 100;
}
