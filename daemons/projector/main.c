#include "common/service/diag.h"
#include "daemons/projector/export.h"
#include "daemons/projector/serve.h"

int main(int argc, char **argv) {
    struct options options;
    diag_open("latarnia-projector");
    int r = options_read(argc, argv, "latarnia-projector", &options);
    if (r)
        return r;
    return options.export_dir ? export_views(&options) : serve(&options);
}
