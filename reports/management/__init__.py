"""Commands. Their progress bars use no monitor thread: a rebuild forks, and a process with threads must
not."""

from tqdm import tqdm

tqdm.monitor_interval = 0
