/* Preloaded: the clock of the day stands an hour back. */
#include <time.h>

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    now.tv_sec -= 3600;
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}
