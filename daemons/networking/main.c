#include "common/service/service.h"
#include "daemons/networking/domain.h"

int main(int argc, char **argv) {
    return service_main(argc, argv, &networking_domain);
}
