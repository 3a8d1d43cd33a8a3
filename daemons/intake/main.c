#include "common/service/service.h"
#include "daemons/intake/domain.h"

int main(int argc, char **argv) {
    return service_main(argc, argv, &intake_domain);
}
