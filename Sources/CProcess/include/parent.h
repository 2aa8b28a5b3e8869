#ifndef TOWERBOOK_PARENT_H
#define TOWERBOOK_PARENT_H

/// Has the kernel end this process when the one that started it ends, however that ends. Returns 0, or -1 where it
/// cannot be had.
int tb_end_with_parent(void);

#endif
