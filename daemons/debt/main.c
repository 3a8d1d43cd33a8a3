#include "common/service/service.h"
#include "daemons/debt/domain.h"

int main(int argc, char **argv) {
    return service_main(argc, argv, &debt_domain);
}
