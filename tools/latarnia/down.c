/* latarnia down: asks the supervisor to stop and waits until its lock is gone. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "tools/latarnia/claim.h"
#include "tools/latarnia/commands.h"

enum { LOOK_EVERY_MS = 50, PATIENCE_MS = 90000 };

static int wait_gone(pid_t holder) {
    const struct timespec pause = {0, LOOK_EVERY_MS * 1000000L};
    for (int waited = 0; waited < PATIENCE_MS; waited += LOOK_EVERY_MS) {
        if (claim_holder(cli_data()) != holder)
            return CLI_DONE;
        nanosleep(&pause, NULL);
    }
    return cli_fail(CLI_LATER, "process %ld does not stop", "proces %ld nie kończy pracy",
                    (long)holder);
}

int down_main(int argc, char **argv) {
    cli_parse(argc, argv, NULL, NULL);
    pid_t holder = claim_holder(cli_data());
    if (holder < 0)
        return cli_fail(CLI_LATER, "%s: %s", "%s: %s", cli_data(), strerror((int)-holder));
    if (holder == 0)
        return cli_fail(CLI_NEGATIVE, "nothing is running on %s", "nic nie działa na %s",
                        cli_data());
    if (kill(holder, SIGTERM) && errno != ESRCH)
        return cli_fail(CLI_LATER, "process %ld: %s", "proces %ld: %s", (long)holder,
                        strerror(errno));
    return wait_gone(holder);
}
