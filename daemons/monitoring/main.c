#include "common/service/service.h"
#include "daemons/monitoring/domain.h"

int main(int argc, char **argv) {
    return service_main(argc, argv, &monitoring_domain);
}
