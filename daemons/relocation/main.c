#include "common/service/service.h"
#include "daemons/relocation/domain.h"

int main(int argc, char **argv) {
    return service_main(argc, argv, &relocation_domain);
}
