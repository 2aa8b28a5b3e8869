#ifndef TOWERBOOK_FAULTS_H
#define TOWERBOOK_FAULTS_H

/// From here on a page of a mapped file that cannot be had (the file was cut short, or its disk fails) ends the process with
/// code 1 and a message that names the file, in place of the signal SIGBUS. Any other SIGBUS is left to the system.
void tb_report_lost_pages(void);

#endif
