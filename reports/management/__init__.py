"""Commands. No thread watches their progress bars: a rebuild forks, which a process with threads must not."""

from tqdm import tqdm

tqdm.monitor_interval = 0
