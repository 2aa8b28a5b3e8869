#ifndef TOWERBOOK_FAULTS_H
#define TOWERBOOK_FAULTS_H

/// From here on a page of a mapped file that cannot be had (the file was cut short, or its disk fails) ends the process with
/// code 1 and a message that names the file, in place of the signal SIGBUS. Any other SIGBUS is left to the system.
void tb_report_lost_pages(void);

/// From here on the process ends with code 1, a message that there is no memory and `advice` where it traps, aborts or follows a
/// pointer to nothing as memory was refused: what tells that from other traps is the `errno` of the thread that trapped. Others
/// are left to who handled them before. The stack of the calling thread is given 1 MiB beforehand, or half of what it may take.
/// `advice` ends in a line break and is kept, not copied.
void tb_report_refused_memory(const char *advice);

#endif
