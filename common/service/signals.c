#define _GNU_SOURCE
#include "common/service/signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

int signals_open(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGPIPE);
    if (sigprocmask(SIG_BLOCK, &set, NULL))
        return -errno;
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int signals_read(int fd) {
    struct signalfd_siginfo info;
    for (;;) {
        if (read(fd, &info, sizeof info) != sizeof info)
            return 0;
        if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
            return (int)info.ssi_signo;
    }
}
